import Module, { createRequire } from 'node:module';
import { importInTheMiddleDirectory } from '../hook/import-in-the-middle.ts';
import { registerModuleHook } from '../hook/register-module-hook.ts';

/** npm names of the SDKs, which the build takes from the hook tables. */
declare const SDK_PACKAGES: string[];

/** The loader of CommonJS modules: what `require` comes to, whoever calls it. Stable, though not documented. */
interface CommonJsLoader {
  _load(request: string, parent: Module | undefined, isMain: boolean): unknown;
}

/**
 * Calls `activate` before the first file of a supported SDK runs, as an ES module or through `require`: a process that loads none pays
 * for none.
 */
export function whenSdkLoads(activate: () => void): void {
  let activated = false;
  const activateOnce = () => {
    if (activated) return;
    activated = true;
    activate();
  };
  watchRequire(activateOnce);
  const isSynchronous = registerModuleHook(activateOnce);
  if (!isSynchronous) watchImportInTheMiddle(activateOnce);
}

function watchRequire(activateOnce: () => void): void {
  const names = SDK_PACKAGES.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const sdk = new RegExp(`(?:^|[\\\\/]node_modules[\\\\/])(?:${names.join('|')})(?:[\\\\/]|$)`);
  const loader = Module as unknown as CommonJsLoader;
  const load = loader._load;
  const watching: CommonJsLoader['_load'] = function (this: unknown, request, parent, isMain) {
    if (typeof request !== 'string' || !sdk.test(request)) return Reflect.apply(load, this, [request, parent, isMain]);
    if (loader._load === watching) loader._load = load;
    activateOnce();
    // Once more from the top: the instrumentations listen to `require`, which was already past them.
    return parent && !isMain ? parent.require(request) : Reflect.apply(load, this, [request, parent, isMain]);
  };
  loader._load = watching;
}

/** Without the synchronous hook modules are wrapped in a thread of their own, and report themselves here when they run. */
function watchImportInTheMiddle(activateOnce: () => void): void {
  const { addHook } = createRequire(__filename)(importInTheMiddleDirectory()) as typeof import('import-in-the-middle');
  addHook(activateOnce);
}

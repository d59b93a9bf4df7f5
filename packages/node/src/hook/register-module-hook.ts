import { createRequire, register, registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { supportsSyncHooks } from 'import-in-the-middle/supports-sync-hooks.mjs';
import { getModuleIncludes } from '../includes.ts';
import {
  type CreateHookModule,
  hookUrl,
  type ImportInTheMiddleHook,
  importInTheMiddleDirectory,
} from './import-in-the-middle.ts';
import type { LoaderData } from './loader.ts';

const registered = Symbol.for('genai-otel.module-hook');

let listener: (() => void) | undefined;

/**
 * Registers the module hook, once per thread however often it is asked for.
 *
 * @param onFirst called before the first module on the list is wrapped, where the hook runs in this thread
 * @returns whether it runs in this thread
 */
export function registerModuleHook(onFirst?: () => void): boolean {
  listener = onFirst;
  const isSynchronous = supportsSyncHooks();
  const flags = globalThis as { [registered]?: true };
  if (flags[registered]) return isSynchronous;
  flags[registered] = true;
  const include = getModuleIncludes();
  const directory = importInTheMiddleDirectory();
  if (isSynchronous) {
    registerSynchronousHook(directory, include);
  } else {
    const data: LoaderData = {
      createHookUrl: pathToFileURL(join(directory, 'create-hook.mjs')).href,
      hookUrl: hookUrl(directory),
      include,
    };
    register(pathToFileURL(join(__dirname, 'loader.mjs')), { data });
  }
  return isSynchronous;
}

/**
 * An instance of import-in-the-middle's hook of our own, because its `register()` works once per process and would drop
 * either our list or that of another tool. It loads when the first module on the list appears, and is asked about those alone.
 */
function registerSynchronousHook(directory: string, include: RegExp[]): void {
  let hook: ImportInTheMiddleHook | undefined;
  const loadHook = () => {
    if (hook === undefined) {
      const { createHook } = createRequire(__filename)(join(directory, 'create-hook.mjs')) as CreateHookModule;
      hook = createHook({ url: hookUrl(directory) });
      hook.applyOptions({ include });
      listener?.();
    }
    return hook;
  };
  const isIncluded = (url: string) => include.some((each) => each.test(url));

  registerHooks({
    resolve(specifier, context, nextResolve) {
      if (hook !== undefined && specifier.includes('iitm=')) return hook.resolveSync(specifier, context, nextResolve);
      const resolved = nextResolve(specifier, context);
      if (!isIncluded(resolved.url) || context.conditions.includes('require')) return resolved;
      // The hook keeps the function that it is given, to resolve what a wrapped module re-exports.
      const resolveOnce: typeof nextResolve = (other, otherContext) =>
        other === specifier && otherContext === context ? resolved : nextResolve(other, otherContext);
      return loadHook().resolveSync(specifier, context, resolveOnce);
    },
    load(url, context, nextLoad) {
      return hook === undefined ? nextLoad(url, context) : hook.loadSync(url, context, nextLoad);
    },
  });
}

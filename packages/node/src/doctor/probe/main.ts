/**
 * Runs in a process of its own, below the module hook: loads one SDK as the application would, by `import` and by
 * `require`, and writes to file descriptor 3 what was hooked. Arguments: the package, and the URL to resolve it from.
 */
import { readFileSync, realpathSync, writeSync } from 'node:fs';
import { createRequire, findPackageJSON } from 'node:module';
import { dirname, extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { GenAIInstrumentation } from '@genai-otel/core';
import satisfies from 'semver/functions/satisfies.js';
import { getGenAIInstrumentations } from '../../instrumentations.ts';
import { moduleFormat } from './module-format.ts';
import type { Route, RouteResult } from './result.ts';

const [packageName = '', parentUrl = ''] = process.argv.slice(2);
const instrumentations = getGenAIInstrumentations() as unknown as Pick<
  GenAIInstrumentation,
  'hooked' | 'getModuleDefinitions'
>[];
const requireFromApplication = createRequire(parentUrl);

const routes: Record<Route, { resolve(): string; load(path: string): unknown }> = {
  import: {
    // The second argument counts below the flag --experimental-import-meta-resolve.
    resolve: () => fileURLToPath(import.meta.resolve(packageName, parentUrl)),
    load: () => import(import.meta.resolve(packageName, parentUrl)),
  },
  require: {
    resolve: () => requireFromApplication.resolve(packageName),
    load: () => requireFromApplication(packageName),
  },
};

const absence = ['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND', 'ERR_PACKAGE_PATH_NOT_EXPORTED'];

async function follow(route: Route): Promise<RouteResult> {
  let path: string;
  try {
    path = routes[route].resolve();
  } catch (error) {
    return absence.includes(code(error)) ? { route, status: 'absent' } : failed(route, error);
  }
  const format = moduleFormat(path);
  try {
    await routes[route].load(path);
  } catch (error) {
    return { ...failed(route, error), path, format };
  }
  const ending = format === 'esm' && extname(path) === '.mjs' ? 'esm' : 'cjs';
  const files = instrumentations
    .flatMap(({ hooked }) => hooked)
    .filter((file) => file.package === packageName && file.moduleSystem === ending && file.methods.length > 0);
  const hookedFiles = files.map(({ file }) => file);
  const methods = files.reduce((sum, file) => sum + file.methods.length, 0);
  return { route, status: methods > 0 ? 'hooked' : 'not-hooked', path, format, hookedFiles, missedFiles: [], methods };
}

/** The files of the hook table that were loaded by `require`, which alone can be asked for what it has loaded. */
function requiredFiles(path: string): string[] {
  const manifestPath = findPackageJSON(packageName, parentUrl) ?? findPackageJSON(pathToFileURL(path));
  if (manifestPath === undefined) return [];
  const { version = '' } = JSON.parse(readFileSync(manifestPath, 'utf8')) as { version?: string };
  // The cache knows files by where they really are, whatever links lead there.
  const directory = realpathSync(dirname(manifestPath));
  return instrumentations
    .flatMap((instrumentation) => instrumentation.getModuleDefinitions())
    .filter(({ name }) => name === packageName)
    .flatMap(({ files }) => files)
    .filter(({ supportedVersions }) => supportedVersions.some((range) => satisfies(version, range)))
    .map(({ name }) => name.slice(packageName.length + 1))
    .filter((file) => `${directory}/${file}` in requireFromApplication.cache)
    .map((file) => file.slice(0, -extname(file).length));
}

/** Both copies of a dual package load the same files; one that was loaded and not hooked makes the route incomplete. */
function completed(result: RouteResult, required: readonly string[]): RouteResult {
  const missedFiles = required.filter((file) => result.hookedFiles?.includes(file) === false);
  return result.status === 'hooked' && missedFiles.length > 0
    ? { ...result, status: 'not-hooked', missedFiles }
    : result;
}

const code = (error: unknown): string => String((error as { code?: unknown } | undefined)?.code);

function failed(route: Route, error: unknown): RouteResult {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { route, status: 'failed', message: text.replaceAll(/\s+/g, ' ').slice(0, 300) };
}

const results = [await follow('import'), await follow('require')];
const required = results.flatMap(({ route, path }) =>
  route === 'require' && path !== undefined ? requiredFiles(path) : [],
);
writeSync(3, JSON.stringify(results.map((result) => completed(result, required))));
// Whatever the SDK or a preload has left running is of no interest.
process.exit(0);

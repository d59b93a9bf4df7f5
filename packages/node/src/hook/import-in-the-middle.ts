/**
 * The one copy of import-in-the-middle that counts: a wrapped module reports itself to the copy that wrapped it, and an
 * instrumentation listens to the copy that `@opentelemetry/instrumentation` loads. They have to be the same.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The parts of import-in-the-middle that are reached by path; it has no exports map. */
export interface ImportInTheMiddleHook {
  applyOptions(options: { include: RegExp[] }): void;
  resolveSync: import('node:module').ResolveHookSync;
  loadSync: import('node:module').LoadHookSync;
}

export interface CreateHookModule {
  createHook(meta: { url: string }): ImportInTheMiddleHook;
}

/** The directory of import-in-the-middle as the instrumentations see it. */
export function importInTheMiddleDirectory(): string {
  const fromHere = createRequire(__filename);
  try {
    const fromCore = createRequire(fromHere.resolve('@genai-otel/core'));
    const fromInstrumentation = createRequire(fromCore.resolve('@opentelemetry/instrumentation'));
    return dirname(fromInstrumentation.resolve('import-in-the-middle'));
  } catch {
    // Package managers that hide dependencies of dependencies: ours is the same release.
    return dirname(fromHere.resolve('import-in-the-middle'));
  }
}

/** The URL that import-in-the-middle derives its own module URLs from. */
export function hookUrl(directory: string): string {
  return pathToFileURL(join(directory, 'hook.mjs')).href;
}

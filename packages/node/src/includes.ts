/** Patterns that the build takes from the hook tables, so that the hook needs to load no instrumentation to know them. */
declare const MODULE_INCLUDES: string[];

/**
 * The URLs of the ES modules that the instrumentations patch. Everything else passes through the module hook untouched.
 *
 * CommonJS files are never named here: they are reached through `require`, and wrapping one by its URL breaks `.cts`
 * entry points on Node.js releases without the synchronous hook.
 */
export function getModuleIncludes(): RegExp[] {
  return MODULE_INCLUDES.map((pattern) => new RegExp(pattern));
}

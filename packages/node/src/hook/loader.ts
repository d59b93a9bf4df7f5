/**
 * The module hook of Node.js releases below 22.22.3 and 24.11.1, whose synchronous hook import-in-the-middle cannot use.
 * Its own entry point warns when another tool has registered it before; this one stands beside others silently.
 */
import type { InitializeHook, LoadHook, ResolveHook } from 'node:module';

/** What the application's thread tells this one. */
export interface LoaderData {
  createHookUrl: string;
  hookUrl: string;
  include: RegExp[];
}

interface AsynchronousHook {
  applyOptions(options: { include: RegExp[] }): void;
  resolve: ResolveHook;
  load: LoadHook;
}

let hook: AsynchronousHook | undefined;

export const initialize: InitializeHook<LoaderData> = async ({ createHookUrl, hookUrl, include }) => {
  const { createHook } = (await import(createHookUrl)) as { createHook(meta: { url: string }): AsynchronousHook };
  hook = createHook({ url: hookUrl });
  hook.applyOptions({ include });
};

export const resolve: ResolveHook = (specifier, context, nextResolve) =>
  hook === undefined ? nextResolve(specifier, context) : hook.resolve(specifier, context, nextResolve);

export const load: LoadHook = (url, context, nextLoad) =>
  hook === undefined ? nextLoad(url, context) : hook.load(url, context, nextLoad);

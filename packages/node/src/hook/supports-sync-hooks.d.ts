declare module 'import-in-the-middle/supports-sync-hooks.mjs' {
  /** Whether `module.registerHooks` of the running Node.js can carry import-in-the-middle's hook. */
  export function supportsSyncHooks(): boolean;
}

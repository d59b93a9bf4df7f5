/** `node:crypto`, loaded when something is hashed: most processes hash nothing, and it takes milliseconds. */
export const crypto = (): typeof import('node:crypto') => process.getBuiltinModule('node:crypto');

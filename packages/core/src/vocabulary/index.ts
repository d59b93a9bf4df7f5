export type * from './mapping.ts';
export type * from './message.ts';
export type * from './operation.ts';
export type * from './usage.ts';

export { type ContentCaptureMode, parseContentCaptureMode } from './capture-mode.ts';
export type { ContentKind, ContentMode } from './conceal.ts';
export type { ContentPolicyOptions } from './options.ts';
export { ContentPolicy } from './policy.ts';
export type { Redactor } from './redact.ts';
export type { BuiltInRedactor } from './redactors/index.ts';

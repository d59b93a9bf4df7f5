import { diag } from '@opentelemetry/api';
import type { ContentMode } from './conceal.ts';
import { crypto } from './crypto.ts';
import type { Redactor } from './redact.ts';
import { BUILT_IN_REDACTORS, type BuiltInRedactor } from './redactors/index.ts';

export interface ContentPolicyOptions {
  /** What is taken out of content before anything else is done with it. Default: nothing. */
  redactors?: readonly Redactor[];
  /** Most characters of the JSON of one attribute, or of one plain text. Default: unlimited. */
  maxContentLength?: number;
  /** `full` (default); `hash`: each text becomes `sha256:<hex>`; `drop`: only the structure is left. */
  contentMode?: ContentMode;
  /** Whether user ids are recorded as SHA-256 (hexadecimal), or as HMAC-SHA-256 with a salt. Default: as they are. */
  hashUserIds?: boolean | { salt: string };
}

/** Options as the policy works with them. */
export interface ResolvedOptions {
  redactors: readonly Redactor[];
  maxContentLength: number;
  contentMode: ContentMode;
  /** How user ids are hashed: not at all, with SHA-256, or with HMAC and this key. */
  userIdHash: 'none' | 'sha256' | { key: string | Uint8Array };
  /** No content at all is recorded, because what to redact could not be understood. */
  closed: boolean;
}

const CONTENT_MODES: readonly ContentMode[] = ['full', 'hash', 'drop'];

/** Checks options as they come from users; each malformed one is warned of and replaced by what records less. */
export function resolveOptions(options: ContentPolicyOptions | undefined): ResolvedOptions {
  const given: { [key in keyof ContentPolicyOptions]: unknown } =
    typeof options === 'object' && options !== null ? options : {};
  const redactors = resolveRedactors(given.redactors);
  const isUnderstood = options === undefined || (typeof options === 'object' && options !== null);
  if (!isUnderstood) diag.warn('Content policy: the options are not an object; no content is recorded.');
  return {
    redactors: redactors ?? [],
    closed: redactors === undefined || !isUnderstood,
    maxContentLength: resolveLength(given.maxContentLength),
    contentMode: resolveMode(given.contentMode),
    userIdHash: isUnderstood ? resolveUserIdHash(given.hashUserIds) : { key: crypto().randomBytes(32) },
  };
}

function resolveRedactors(given: unknown): readonly Redactor[] | undefined {
  if (given === undefined) return [];
  const accepted = `${[...BUILT_IN_REDACTORS.keys()].join(', ')}, or a function`;
  if (!Array.isArray(given)) {
    diag.warn(`Content policy: redactors must be an array of ${accepted}; no content is recorded.`);
    return undefined;
  }
  const unknown = given.find((redactor) => typeof redactor !== 'function' && !isBuiltIn(redactor));
  if (given.length > 0 && given.some((redactor) => typeof redactor !== 'function' && !isBuiltIn(redactor))) {
    const shown = typeof unknown === 'string' ? `"${unknown.slice(0, 40)}"` : `a value of type ${typeof unknown}`;
    diag.warn(`Content policy: unknown redactor ${shown} (known: ${accepted}); no content is recorded.`);
    return undefined;
  }
  return [...(given as Redactor[])];
}

const isBuiltIn = (value: unknown): boolean => BUILT_IN_REDACTORS.has(value as BuiltInRedactor);

function resolveLength(given: unknown): number {
  if (given === undefined || given === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
  if (typeof given === 'number' && Number.isSafeInteger(given) && given >= 0) return given;
  diag.warn('Content policy: maxContentLength must be a whole number of characters, 0 or more; it is ignored.');
  return Number.POSITIVE_INFINITY;
}

function resolveMode(given: unknown): ContentMode {
  if (given === undefined) return 'full';
  const mode = CONTENT_MODES.find((candidate) => candidate === given);
  if (mode !== undefined) return mode;
  diag.warn(`Content policy: contentMode must be one of ${CONTENT_MODES.join(', ')}; content is dropped.`);
  return 'drop';
}

function resolveUserIdHash(given: unknown): ResolvedOptions['userIdHash'] {
  if (given === undefined || given === false) return 'none';
  if (given === true) return 'sha256';
  const salt = typeof given === 'object' && given !== null ? (given as { salt?: unknown }).salt : undefined;
  if (typeof salt === 'string' && salt !== '') return { key: salt };
  diag.warn(
    'Content policy: hashUserIds must be true, false or { salt } with a text that is not empty; user ids are hashed with a random salt.',
  );
  return { key: crypto().randomBytes(32) };
}

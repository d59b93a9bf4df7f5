import { diag } from '@opentelemetry/api';
import { type ContentKind, conceal, hashText } from './conceal.ts';
import { crypto } from './crypto.ts';
import type { JsonValue } from './json-value.ts';
import { replaceMedia } from './media.ts';
import { normalize } from './normalize.ts';
import { type ContentPolicyOptions, type ResolvedOptions, resolveOptions } from './options.ts';
import { isPlainJson } from './plain-json.ts';
import { Redaction } from './redact.ts';
import { truncateJson, truncateText } from './truncate.ts';

/** Length of the shortest JSON of an array or object. */
const SHORTEST_JSON = 2;

/**
 * The one way of content into any signal. In this order: binary data is described, redactors run, texts are hashed or
 * dropped, and what is still too long is cut. Inputs are never changed; no method throws.
 */
export class ContentPolicy {
  private readonly options: ResolvedOptions;
  private readonly redaction: Redaction | undefined;
  private readonly warned = new Set<string>();

  constructor(options?: ContentPolicyOptions) {
    this.options = resolveOptions(options);
    if (this.options.redactors.length > 0) {
      this.redaction = new Redaction(this.options.redactors, () =>
        this.warnOnce('a redactor failed; the text that it was given is replaced by [REDACTED]'),
      );
    }
  }

  /**
   * Content as a new value of plain JSON, for events.
   *
   * @param value messages, parts, tool definitions, arguments, results, documents: anything
   * @param kind what the value is, as far as hashing and dropping are concerned; by default told by its shape
   * @returns undefined if there is nothing to record
   */
  structured(value: unknown, kind?: ContentKind): unknown {
    return this.guard(() => this.process(value, kind), undefined);
  }

  /** The same as JSON of at most `maxContentLength` characters, for span attributes. It always parses. */
  json(value: unknown, kind?: ContentKind): string | undefined {
    return this.guard(() => {
      const unchanged = this.stringifyUnchanged(value);
      if (unchanged !== undefined) return unchanged;
      const processed = this.process(value, kind);
      return processed === undefined ? undefined : JSON.stringify(processed);
    }, undefined);
  }

  /** Plain text, such as an error message or a stack trace; empty if there is nothing to record. */
  text(value: string): string {
    return this.guard(() => {
      const { contentMode, closed, maxContentLength } = this.options;
      if (closed || contentMode === 'drop' || typeof value !== 'string') return '';
      const described = replaceMedia(value);
      const redacted = this.redaction?.text(described) ?? described;
      return truncateText(contentMode === 'hash' ? hashText(redacted) : redacted, maxContentLength);
    }, '');
  }

  /** A user id: hashed (64 hexadecimal digits) if so configured, otherwise redacted as any text. */
  userId(value: string): string {
    return this.guard(() => {
      const { userIdHash, closed } = this.options;
      if (typeof value !== 'string') return '';
      if (userIdHash === 'sha256') return crypto().hash('sha256', value);
      if (userIdHash !== 'none') return crypto().createHmac('sha256', userIdHash.key).update(value).digest('hex');
      return closed ? '' : (this.redaction?.text(value) ?? value);
    }, '');
  }

  private process(value: unknown, kind: ContentKind | undefined): JsonValue | undefined {
    const { contentMode, closed, maxContentLength } = this.options;
    if (closed || maxContentLength < SHORTEST_JSON) return undefined;
    const normalized = normalize(value);
    if (normalized === undefined) return undefined;
    const redacted = this.redaction?.value(normalized) ?? normalized;
    const concealed = contentMode === 'full' ? redacted : conceal(redacted, contentMode, kind);
    return maxContentLength === Number.POSITIVE_INFINITY ? concealed : truncateJson(concealed, maxContentLength);
  }

  /** The JSON of a value that nothing has to be done to; most content, unless the policy was configured. */
  private stringifyUnchanged(value: unknown): string | undefined {
    const { contentMode, closed, maxContentLength } = this.options;
    if (
      closed ||
      maxContentLength < SHORTEST_JSON ||
      this.redaction !== undefined ||
      contentMode !== 'full' ||
      !isPlainJson(value)
    )
      return undefined;
    const json: string | undefined = JSON.stringify(value);
    return json !== undefined && json.length <= maxContentLength ? json : undefined;
  }

  /** `fallback` if something of ours fails. What failed is not said: the error may quote the content. */
  private guard<Result>(work: () => Result, fallback: Result): Result {
    try {
      return work();
    } catch {
      this.warnOnce('content could not be processed and is not recorded');
      return fallback;
    }
  }

  private warnOnce(what: string): void {
    if (this.warned.has(what)) return;
    this.warned.add(what);
    diag.warn(`Content policy: ${what}.`);
  }
}

import { changeJsonText, isJson, looksLikeJson } from './json-text.ts';
import { isObject, type JsonObject, type JsonValue, setOwn } from './json-value.ts';
import { parseDescription } from './media.ts';
import { isSecretName } from './redactors/api-key.ts';
import { BUILT_IN_REDACTORS, type BuiltInRedactor } from './redactors/index.ts';

/** A built-in kind, or a function that returns its text with what is private taken out. */
export type Redactor = BuiltInRedactor | ((text: string) => string);

const REDACTED = '[REDACTED]';
const DEEPEST_NESTED_JSON = 5;
/** Whole numbers of fewer digits are counts, years and scores. */
const SHORTEST_PRIVATE_NUMBER = 9;

/** Keys and words of the message schemas; changing them would break the schema, and they say nothing private. */
const SCHEMA_KEYS: ReadonlySet<string> = new Set([
  ...['role', 'parts', 'type', 'content', 'name', 'id', 'arguments', 'response', 'finish_reason', 'modality'],
  ...['mime_type', 'file_id', 'uri', 'description', 'parameters', 'score', 'sha256', 'size', 'metadata'],
  ...['server_tool_call', 'server_tool_call_response', 'properties', 'required', 'items', 'enum'],
]);
const SCHEMA_WORD_KEYS: ReadonlySet<string> = new Set(['role', 'type', 'modality', 'finish_reason']);
const SCHEMA_WORDS: ReadonlySet<string> = new Set([
  ...['system', 'user', 'assistant', 'tool', 'developer', 'image', 'video', 'audio', 'document'],
  ...['text', 'reasoning', 'compaction', 'tool_call', 'tool_call_response', 'server_tool_call'],
  ...['server_tool_call_response', 'blob', 'file', 'uri', 'function'],
  ...['stop', 'length', 'content_filter', 'error'],
  ...['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'],
]);
/** JSON schema wants these without duplicates, and two values may be redacted to the same text. */
const UNIQUE_KEYS: ReadonlySet<string> = new Set(['enum', 'required']);
const SHA256 = /^[0-9a-f]{64}$/;

/** Runs the redactors over the keys, strings and long whole numbers of content. */
export class Redaction {
  private readonly steps: readonly ((text: string) => string)[];
  private readonly hidesSecretNames: boolean;
  private readonly onFault: () => void;

  /** @param onFault called, without the text, each time that a redactor throws or returns no string */
  constructor(redactors: readonly Redactor[], onFault: () => void) {
    const builtIn = [...BUILT_IN_REDACTORS].filter(([name]) => redactors.includes(name)).map(([, redact]) => redact);
    const custom = redactors.filter((redactor) => typeof redactor === 'function');
    this.steps = [...builtIn, ...custom];
    this.hidesSecretNames = redactors.includes('api_key');
    this.onFault = onFault;
  }

  value(value: JsonValue, key?: string): JsonValue {
    if (typeof value === 'string') return this.named(value, key) ?? this.text(value);
    if (typeof value === 'number') {
      const written = String(value);
      const redacted = this.number(written, key);
      return redacted === written ? value : redacted;
    }
    if (Array.isArray(value)) {
      const items = value.map((item) => this.value(item, isObject(item) ? undefined : key));
      return key !== undefined && UNIQUE_KEYS.has(key) ? [...new Set(items)] : items;
    }
    return isObject(value) ? this.object(value) : value;
  }

  /** Redacts a text and, where it holds JSON, the strings within as they read once unescaped. */
  text(text: string, nesting = 0): string {
    if (parseDescription(text) !== undefined) return text;
    if (!looksLikeJson(text) || nesting >= DEEPEST_NESTED_JSON) return this.plain(text);
    const changed = changeJsonText(text, {
      key: (key) => this.key(key),
      string: (inner, key) => this.named(inner, key) ?? this.text(inner, nesting + 1),
      number: (digits, key) => this.number(digits, key),
    });
    return isJson(changed) ? changed : this.plain(changed);
  }

  private object(source: JsonObject): JsonObject {
    const copy: JsonObject = {};
    for (const key of Object.keys(source)) {
      setOwn(copy, this.freeKey(copy, this.key(key)), this.value(source[key] as JsonValue, key));
    }
    return copy;
  }

  private key(key: string): string {
    return SCHEMA_KEYS.has(key) ? key : this.plain(key);
  }

  /** Two keys may be redacted to the same text. */
  private freeKey(target: JsonObject, key: string): string {
    let free = key;
    for (let count = 2; Object.hasOwn(target, free); count++) free = `${key}#${count}`;
    return free;
  }

  /** What the name of a property alone decides about its value. */
  private named(text: string, key: string | undefined): string | undefined {
    if (key === undefined) return undefined;
    if (SCHEMA_WORD_KEYS.has(key) && SCHEMA_WORDS.has(text)) return text;
    if (key === 'sha256' && SHA256.test(text)) return text;
    return this.hidesSecretNames && text !== '' && isSecretName(key) ? '[REDACTED:api_key]' : undefined;
  }

  private number(written: string, key: string | undefined): string {
    if (this.hidesSecretNames && key !== undefined && isSecretName(key)) return '[REDACTED:api_key]';
    return written.length >= SHORTEST_PRIVATE_NUMBER && /^-?\d+$/.test(written) ? this.plain(written) : written;
  }

  private plain(text: string): string {
    let redacted = text;
    for (const step of this.steps) {
      try {
        redacted = step(redacted);
      } catch {
        redacted = undefined as never;
      }
      if (typeof redacted !== 'string') {
        this.onFault();
        return REDACTED;
      }
    }
    return redacted;
  }
}

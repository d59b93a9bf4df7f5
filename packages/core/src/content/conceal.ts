import { crypto } from './crypto.ts';
import { isObject, type JsonObject, type JsonValue, mapObject, setOwn } from './json-value.ts';
import { parseDescription } from './media.ts';

/** How content is recorded: as it is, each text as its SHA-256, or not at all with only its structure left. */
export type ContentMode = 'full' | 'hash' | 'drop';

/**
 * What a value is: of the shapes of the GenAI convention (messages, parts, tool definitions, documents), whose roles,
 * types, names and ids stay; or free content (tool arguments and results), where every text is private.
 */
export type ContentKind = 'convention' | 'free';

/** Longer values are no identifiers, whatever their key says. */
const LONGEST_IDENTIFIER = 256;

/** Fields that stay, by part type: GenAI semantic conventions, JSON schemas of the messages. */
const KEPT_BY_PART_TYPE: Readonly<Record<string, readonly string[]>> = {
  text: ['type'],
  reasoning: ['type'],
  compaction: ['type', 'id'],
  tool_call: ['type', 'id', 'name'],
  tool_call_response: ['type', 'id'],
  server_tool_call: ['type', 'id', 'name'],
  server_tool_call_response: ['type', 'id'],
  blob: ['type', 'modality', 'mime_type', 'size'],
  file: ['type', 'modality', 'mime_type', 'file_id'],
  uri: ['type', 'modality', 'mime_type'],
};
const KEPT_IN_MESSAGE = ['role', 'name', 'finish_reason'];
const KEPT_IN_OTHER_TYPES = ['type', 'id', 'name', 'modality', 'mime_type', 'file_id'];
const KEPT_IN_DOCUMENT = ['id', 'score'];
const SCHEMA_TYPES: ReadonlySet<JsonValue> = new Set([
  ...['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'],
]);

/** SHA-256 of a text (UTF-8) as `sha256:<hex>`. */
export function hashText(text: string): string {
  return `sha256:${crypto().hash('sha256', text)}`;
}

/** Hashes or drops the content within a value; its structure still fits the schemas of the convention. */
export function conceal(value: JsonValue, mode: 'hash' | 'drop', kind?: ContentKind): JsonValue {
  const free = mode === 'hash' ? hashFree : dropFree;
  if (kind === 'free') return free(value);
  if (Array.isArray(value)) return value.map((item) => (isObject(item) ? concealShape(item, mode) : free(item)));
  if (isObject(value) && (kind === 'convention' || isMessage(value) || isKnownPart(value))) {
    return concealShape(value, mode);
  }
  return free(value);
}

function concealShape(source: JsonObject, mode: 'hash' | 'drop'): JsonObject {
  const free = mode === 'hash' ? hashFree : dropFree;
  const kept = keptFields(source);
  const copy = mapObject(source, (value, key) => {
    if (kept.includes(key) && isIdentifier(value)) return value;
    if (key === 'parts' && Array.isArray(value)) {
      return value.map((part) => (isObject(part) ? concealShape(part, mode) : free(part)));
    }
    if (isObject(value) && (key === 'server_tool_call' || key === 'server_tool_call_response')) {
      return concealShape(value, mode);
    }
    if (key === 'parameters' && mode === 'hash') return hashSchema(value);
    return free(value);
  });
  if (source.type === 'blob' && mode === 'hash') keepBlobDescription(source, copy);
  return copy;
}

function keptFields(source: JsonObject): readonly string[] {
  if (isMessage(source)) return KEPT_IN_MESSAGE;
  if (typeof source.type !== 'string') return KEPT_IN_DOCUMENT;
  return (Object.hasOwn(KEPT_BY_PART_TYPE, source.type) && KEPT_BY_PART_TYPE[source.type]) || KEPT_IN_OTHER_TYPES;
}

const isMessage = (source: JsonObject): boolean => typeof source.role === 'string' && Array.isArray(source.parts);
const isKnownPart = (source: JsonObject): boolean =>
  typeof source.type === 'string' && Object.hasOwn(KEPT_BY_PART_TYPE, source.type);
const isIdentifier = (value: JsonValue): boolean =>
  typeof value === 'string' ? value.length <= LONGEST_IDENTIFIER : typeof value !== 'object' || value === null;

/** The content of a blob is a hash already. */
function keepBlobDescription(source: JsonObject, copy: JsonObject): void {
  if (typeof source.content !== 'string' || parseDescription(source.content) === undefined) return;
  copy.content = source.content;
  if (source.sha256 !== undefined) copy.sha256 = source.sha256;
}

function hashFree(value: JsonValue): JsonValue {
  if (typeof value === 'string') return hashText(value);
  if (typeof value === 'number') return hashText(String(value));
  if (Array.isArray(value)) return value.map(hashFree);
  return isObject(value) ? mapObject(value, hashFree) : value;
}

function dropFree(value: JsonValue): JsonValue {
  if (typeof value === 'string') return '';
  if (Array.isArray(value)) return [];
  return isObject(value) ? {} : null;
}

/** As free content, but the types stay and so do the bounds: without them it would be no JSON schema. */
function hashSchema(value: JsonValue, key?: string): JsonValue {
  if (typeof value === 'string') return key === 'type' && SCHEMA_TYPES.has(value) ? value : hashText(value);
  if (Array.isArray(value)) return value.map((item) => hashSchema(item, key));
  if (!isObject(value)) return value;
  const copy: JsonObject = {};
  for (const name of Object.keys(value)) {
    const inner = value[name] as JsonValue;
    setOwn(
      copy,
      name,
      ['default', 'const', 'enum', 'examples'].includes(name) ? hashFree(inner) : hashSchema(inner, name),
    );
  }
  return copy;
}

import { types } from 'node:util';
import { isBase64 } from './base64.ts';
import { type JsonObject, type JsonValue, setOwn } from './json-value.ts';
import { describeBytes, describeMedia, formatDescription, replaceMedia } from './media.ts';

export const DEEPEST_LEVEL = 64;
/** More values than any conversation has; a small graph of shared references can unfold into 2^64 of them. */
export const MOST_VALUES = 200_000;
/** Properties of one object that are kept even when the values are used up, so that small objects stay whole. */
const LEAST_PROPERTIES = 64;

const CIRCULAR = '[circular]';
const TOO_DEEP = '[too deep]';
const TOO_LARGE = '[too large]';
const UNSERIALIZABLE = '[unserializable]';

/**
 * Copies any value into plain JSON, with binary data and base64 described instead of copied. As `JSON.stringify`
 * would, it honours `toJSON`, leaves out undefined, functions and symbols, and turns NaN and infinities into null;
 * unlike it, it never throws: what cannot be read becomes a note in brackets. The input is only read.
 *
 * @returns undefined if there is nothing that JSON could say
 */
export function normalize(value: unknown): JsonValue | undefined {
  return new Normalizer().visit(value, 0);
}

class Normalizer {
  private values = 0;
  private readonly ancestors: object[] = [];

  visit(value: unknown, depth: number): JsonValue | undefined {
    this.values++;
    switch (typeof value) {
      case 'string':
        return replaceMedia(value);
      case 'number':
        return Number.isFinite(value) ? value : null;
      case 'boolean':
        return value;
      case 'bigint':
        return String(value);
      case 'object':
        return value === null ? null : this.visitObject(value, depth);
      default:
        return undefined;
    }
  }

  private visitObject(value: object, depth: number): JsonValue | undefined {
    if (this.ancestors.includes(value)) return CIRCULAR;
    if (depth >= DEEPEST_LEVEL) return TOO_DEEP;
    if (this.values >= MOST_VALUES) return Array.isArray(value) ? [] : TOO_LARGE;
    const level = this.ancestors.push(value);
    try {
      return this.convert(value, depth);
    } catch {
      return UNSERIALIZABLE;
    } finally {
      this.ancestors.length = level - 1;
    }
  }

  private convert(value: object, depth: number): JsonValue | undefined {
    const bytes = bytesOf(value);
    if (bytes !== undefined) return formatDescription(describeBytes(bytes));
    if (Array.isArray(value)) return this.convertItems(value, depth);
    if (value instanceof Blob) return `size=${value.size};mime_type=${value.type || 'application/octet-stream'}`;
    const toJSON: unknown = Reflect.get(value, 'toJSON');
    if (typeof toJSON === 'function') {
      const converted: unknown = toJSON.call(value, '');
      if (converted !== value) return this.visit(converted, depth + 1);
    }
    if (types.isBoxedPrimitive(value)) return this.visit(value.valueOf(), depth + 1);
    if (types.isMap(value)) return this.convertMap(value, depth);
    if (types.isSet(value)) return this.convertItems([...value], depth);
    if (types.isRegExp(value)) return replaceMedia(String(value));
    if (types.isNativeError(value)) {
      return this.convertProperties(Object.assign({ name: value.name, message: value.message }, value), depth);
    }
    return this.convertProperties(value, depth);
  }

  private convertItems(items: readonly unknown[], depth: number): JsonValue[] {
    const copy: JsonValue[] = [];
    for (let index = 0; index < items.length && this.values < MOST_VALUES; index++) {
      let item: JsonValue | undefined;
      try {
        item = this.visit(items[index], depth + 1);
      } catch {
        item = UNSERIALIZABLE;
      }
      copy.push(item ?? null);
    }
    return copy;
  }

  private convertMap(map: ReadonlyMap<unknown, unknown>, depth: number): JsonValue {
    const entries = [...map];
    if (!entries.every(([key]) => typeof key === 'string')) return this.convertItems(entries, depth);
    return this.convertProperties(Object.fromEntries(entries), depth);
  }

  private convertProperties(source: object, depth: number): JsonValue {
    const keys = Object.keys(source);
    const copy: JsonObject = {};
    const isBlobPart = read(source, 'type') === 'blob';
    let kept = 0;
    for (const key of keys) {
      if (this.values >= MOST_VALUES && ++kept > LEAST_PROPERTIES) break;
      const value = read(source, key);
      if (isBlobPart && key === 'content') {
        this.addBlobContent(copy, value);
      } else if (typeof value === 'string' && isInlineMedia(source, key, value)) {
        setOwn(copy, key, formatDescription(describeMedia(value)));
      } else {
        const converted = this.visit(value, depth + 1);
        if (converted !== undefined) setOwn(copy, key, converted);
      }
    }
    return copy;
  }

  private addBlobContent(part: JsonObject, content: unknown): void {
    const bytes = typeof content === 'object' && content !== null ? bytesOf(content) : undefined;
    if (bytes === undefined && typeof content !== 'string') {
      part.content = '';
      return;
    }
    const { sha256, size } = bytes === undefined ? describeMedia(content as string) : describeBytes(bytes);
    part.content = formatDescription({ sha256, size });
    part.sha256 = sha256;
    part.size = size;
  }
}

function read(source: object, key: string): unknown {
  try {
    return Reflect.get(source, key);
  } catch {
    return UNSERIALIZABLE;
  }
}

/** The bytes of a buffer or of a view of one. */
function bytesOf(value: object): Uint8Array | undefined {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return types.isAnyArrayBuffer(value) ? new Uint8Array(value) : undefined;
}

/** Base64 of any length in the fields where SDKs put it: `b64_json`, or `data` beside a media type. */
export function isInlineMedia(source: object, key: string, value: string): boolean {
  if (key === 'b64_json') return isBase64(value);
  if (key !== 'data' || !isBase64(value)) return false;
  if (read(source, 'type') === 'base64') return true;
  for (const name of ['mime_type', 'mimeType', 'media_type', 'mediaType']) {
    const mimeType = read(source, name);
    if (typeof mimeType === 'string' && mimeType.includes('/') && !mimeType.startsWith('text/')) return true;
  }
  return false;
}

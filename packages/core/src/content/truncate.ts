import { isObject, type JsonObject, type JsonValue, setOwn } from './json-value.ts';

const MARKER = '…[truncated]';
/** Values of these keys are identifiers, useless if cut; longer ones are text. */
const IDENTIFIER_KEYS: ReadonlySet<string> = new Set([
  ...['role', 'type', 'id', 'name', 'finish_reason', 'modality', 'mime_type', 'file_id'],
]);
const LONGEST_IDENTIFIER = 128;

/** Cuts a text to at most `limit` UTF-16 code units, never within a surrogate pair. */
export function truncateText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  if (limit < MARKER.length) return text.slice(0, wholeCharacters(text, limit));
  return text.slice(0, wholeCharacters(text, limit - MARKER.length)) + MARKER;
}

/**
 * Shrinks a value until its JSON has at most `limit` characters: the longest texts first; if that is not enough, the
 * oldest items of arrays go; in the end `[]`, `{}` or `""` is left. Changes and returns `value`, which must be a copy.
 *
 * @param limit at least 2
 */
export function truncateJson(value: JsonValue, limit: number): JsonValue {
  if (JSON.stringify(value).length <= limit) return value;
  const fitted = fit(value, limit) ?? smallest(value);
  const holder = [shortestLength(fitted) <= limit ? fitted : empty(value)];
  shrinkTexts(holder, limit);
  return holder[0] as JsonValue;
}

/**
 * Takes items away until the value would fit with its texts cut down to the marker; undefined if it cannot fit. The
 * texts stay whole here: {@link shrinkTexts} knows how much of each there is room for.
 */
function fit(value: JsonValue, limit: number): JsonValue | undefined {
  if (shortestLength(value) <= limit) return value;
  if (Array.isArray(value)) return fitNewest(value, limit);
  return isObject(value) ? fitProperties(value, limit) : undefined;
}

function fitNewest(items: JsonValue[], limit: number): JsonValue | undefined {
  let length = '[]'.length;
  let first = items.length;
  while (first > 0) {
    const longer = length + shortestLength(items[first - 1] as JsonValue) + (first < items.length ? ','.length : 0);
    if (longer > limit) break;
    length = longer;
    first--;
  }
  if (first < items.length) return items.slice(first);
  const newest = fit(items.at(-1) as JsonValue, limit - '[]'.length);
  return newest === undefined ? (limit >= 2 ? [] : undefined) : [newest];
}

function fitProperties(source: JsonObject, limit: number): JsonObject | undefined {
  const nested = Object.keys(source)
    .map((key) => ({ key, length: shortestLength(source[key] as JsonValue, key) }))
    .filter(({ key }) => typeof source[key] === 'object' && source[key] !== null)
    .sort((one, other) => other.length - one.length);
  let excess = shortestLength(source) - limit;
  for (const { key, length } of nested) {
    const value = source[key] as JsonValue;
    const fitted = fit(value, length - excess) ?? smallest(value);
    setOwn(source, key, fitted);
    excess -= length - shortestLength(fitted);
    if (excess <= 0) return source;
  }
  return undefined;
}

/** An object keeps its type, which the schemas ask for. */
function smallest(value: JsonValue): JsonValue {
  if (isObject(value) && typeof value.type === 'string' && value.type.length <= LONGEST_IDENTIFIER) {
    return { type: value.type };
  }
  return empty(value);
}

function empty(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return [];
  return isObject(value) ? {} : '';
}

/** Length of the JSON of a value with every text that may be cut cut down to the marker. */
function shortestLength(value: JsonValue, key?: string): number {
  if (typeof value === 'string') {
    const length = encodedLength(value);
    return 2 + (isCuttable(value, key) ? Math.min(length, MARKER.length) : length);
  }
  if (Array.isArray(value)) {
    return value.reduce<number>((sum, item) => sum + shortestLength(item) + 1, value.length === 0 ? 2 : 1);
  }
  if (!isObject(value)) return String(value).length;
  const keys = Object.keys(value);
  return keys.reduce<number>(
    (sum, name) => sum + 2 + encodedLength(name) + 1 + shortestLength(value[name] as JsonValue, name) + 1,
    keys.length === 0 ? 2 : 1,
  );
}

interface TextLeaf {
  holder: JsonValue[] | JsonObject;
  key: number | string;
  text: string;
  length: number;
}

/** Cuts the longest texts to one common length, the greatest that fits. */
function shrinkTexts(holder: JsonValue[], limit: number): void {
  const length = JSON.stringify(holder[0]).length;
  if (length <= limit) return;
  const leaves: TextLeaf[] = [];
  collectTexts(holder, leaves);
  leaves.sort((one, other) => one.length - other.length);
  let room = limit - length + leaves.reduce((sum, leaf) => sum + leaf.length, 0);
  leaves.forEach((leaf, index) => {
    const share = Math.floor(room / (leaves.length - index));
    if (leaf.length > share) {
      const cut = cutEncoded(leaf.text, share);
      if (Array.isArray(leaf.holder)) leaf.holder[leaf.key as number] = cut;
      else setOwn(leaf.holder, leaf.key as string, cut);
    }
    room -= Math.min(leaf.length, share);
  });
}

function collectTexts(holder: JsonValue[] | JsonObject, leaves: TextLeaf[]): void {
  const visit = (value: JsonValue, key: number | string): void => {
    if (typeof value === 'string') {
      if (isCuttable(value, key)) leaves.push({ holder, key, text: value, length: encodedLength(value) });
    } else if (typeof value === 'object' && value !== null) {
      collectTexts(value, leaves);
    }
  };
  if (Array.isArray(holder)) holder.forEach(visit);
  else for (const key of Object.keys(holder)) visit(holder[key] as JsonValue, key);
}

const isCuttable = (text: string, key: number | string | undefined): boolean =>
  typeof key !== 'string' || text.length > LONGEST_IDENTIFIER || !IDENTIFIER_KEYS.has(key);

/** Whether JSON writes the character as itself. */
const isPlain = (code: number): boolean => code >= 0x20 && code < 0xd800 && code !== 0x22 && code !== 0x5c;
const encodedLength = (text: string): number => JSON.stringify(text).length - 2;

/** Cuts a text so that its JSON, without the quotes, has at most `limit` characters. */
function cutEncoded(text: string, limit: number): string {
  let room = limit - MARKER.length;
  let end = 0;
  while (end < text.length) {
    const code = text.codePointAt(end) as number;
    const width = isPlain(code) ? 1 : code > 0xffff ? 2 : encodedLength(text.charAt(end));
    if (width > room) break;
    room -= width;
    end += code > 0xffff ? 2 : 1;
  }
  return text.slice(0, end) + MARKER;
}

function wholeCharacters(text: string, length: number): number {
  const splitsPair = length > 0 && length < text.length && (text.codePointAt(length - 1) as number) > 0xffff;
  return splitsPair ? length - 1 : length;
}

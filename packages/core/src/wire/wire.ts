import { types } from 'node:util';

/** A JSON object as it comes over the wire: any field may be missing or of another type than the reference says. */
export type Wire = Readonly<Record<string, unknown>>;

const EMPTY: Wire = Object.freeze({});

/** The value if it is an object, else an empty one. */
export const object = (value: unknown): Wire =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Wire) : EMPTY;

/**
 * What an object of the application can be asked for without running code of the application: its own data. Getters and proxies may count
 * or change with each look, and the SDK shall be the one that looks.
 */
export const ownData = (value: unknown): Wire => {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return EMPTY;
  const prototype = Object.getPrototypeOf(value);
  const isPlain = prototype === Object.prototype || prototype === null;
  const keys = Object.keys(value);
  const isData = (key: string) => Object.getOwnPropertyDescriptor(value, key)?.get === undefined;
  if (isPlain && keys.every(isData)) return value as Wire;
  return Object.fromEntries(keys.filter(isData).map((key) => [key, (value as Wire)[key]]));
};

/** The value if it is a list, else an empty one. */
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The value if it is a string. */
export const string = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** The value if it is a finite number. */
export const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

/** The strings of a list of strings, or of a single one. */
export const strings = (value: unknown): string[] | undefined => {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((element): element is string => typeof element === 'string') : undefined;
};

/** Text that holds JSON, as tool arguments do, as the value that it holds; other text as it is. */
export const parsedJson = (value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
};

/** A `data:` URL taken apart, or nothing if it is another URL. */
export const dataUrl = (url: string): { mimeType: string | undefined; base64: string } | undefined => {
  const match = /^data:([^;,]*)(?:;[^;,]*)*?;base64,/i.exec(url);
  return match ? { mimeType: match[1] || undefined, base64: url.slice(match[0].length) } : undefined;
};

/** What JSON can say: the form that content has from the first step of the policy on. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;
export interface JsonObject {
  [key: string]: JsonValue;
}

/** Sets an own property; plain assignment to `__proto__` would change the prototype instead. */
export function setOwn(target: JsonObject, key: string, value: JsonValue): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[key] = value;
  }
}

/** A copy of `source` with each own value replaced. */
export function mapObject(source: JsonObject, change: (value: JsonValue, key: string) => JsonValue): JsonObject {
  const copy: JsonObject = {};
  for (const key of Object.keys(source)) setOwn(copy, key, change(source[key] as JsonValue, key));
  return copy;
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

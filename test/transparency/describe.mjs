const SEEN_HEADERS = ['x-request-id', 'content-type', 'retry-after-ms', 'openai-processing-ms'];

const className = (value) => Object.getPrototypeOf(value)?.constructor?.name ?? 'null prototype';

/**
 * Everything of a value that a program can see, as JSON: order of keys, hidden own properties, classes, `undefined`, errors with
 * their causes. Objects of a class other than Object and Array show their class and the names of their own properties.
 */
export function describe(value, seen = new Set()) {
  if (value === undefined) return '[undefined]';
  if (typeof value === 'number' && !Number.isFinite(value)) return `[${value}]`;
  if (typeof value === 'bigint' || typeof value === 'symbol') return `[${String(value)}]`;
  if (typeof value === 'function') return `[function ${value.name}/${value.length}]`;
  if (typeof value !== 'object' || value === null) return value;
  if (seen.has(value)) return '[circular]';
  seen.add(value);
  const described = describeObject(value, seen);
  seen.delete(value);
  return described;
}

function describeObject(value, seen) {
  if (value instanceof Error) return describeError(value, seen);
  if (Array.isArray(value)) return Array.from(value, (item) => describe(item, seen));
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return shape(value);
  const described = {};
  for (const key of Reflect.ownKeys(value)) {
    const { enumerable, get } = Object.getOwnPropertyDescriptor(value, key);
    const name = `${String(key)}${enumerable ? '' : ' (hidden)'}${get ? ' (getter)' : ''}`;
    described[name] = describe(value[key], seen);
  }
  return described;
}

/** Class and own property names of an object, without its values. */
export function shape(value) {
  return {
    class: className(value),
    keys: Object.keys(value),
    hidden: Reflect.ownKeys(value)
      .filter((key) => !Object.keys(value).includes(key))
      .map(String),
  };
}

function describeError(error, seen) {
  const headers = {};
  for (const name of SEEN_HEADERS) {
    const value = typeof error.headers?.get === 'function' ? error.headers.get(name) : error.headers?.[name];
    if (value !== undefined && value !== null) headers[name] = value;
  }
  return {
    class: className(error),
    name: error.name,
    message: error.message.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT'),
    keys: Object.keys(error),
    status: describe(error.status, seen),
    code: describe(error.code, seen),
    param: describe(error.param, seen),
    type: describe(error.type, seen),
    request_id: describe(error.request_id ?? error.requestID, seen),
    body: describe(error.error, seen),
    headers,
    cause: describe(error.cause, seen),
  };
}

import { mayHoldMedia } from './media.ts';
import { DEEPEST_LEVEL, MOST_VALUES } from './normalize.ts';

/**
 * Whether `JSON.stringify` alone gives what copying and checking would: plain objects and arrays, no media, nothing
 * that could throw. It lets content that nothing has to be done to be written without being copied first.
 */
export function isPlainJson(value: unknown): boolean {
  try {
    return new Scan().isPlain(value, 0);
  } catch {
    return false;
  }
}

class Scan {
  private values = 0;

  isPlain(value: unknown, depth: number): boolean {
    if (++this.values > MOST_VALUES) return false;
    switch (typeof value) {
      case 'string':
        return !mayHoldMedia(value);
      case 'number':
      case 'boolean':
      case 'undefined':
        return true;
      case 'object':
        return value === null || (depth < DEEPEST_LEVEL && this.isPlainContainer(value, depth));
      default:
        return false;
    }
  }

  private isPlainContainer(value: object, depth: number): boolean {
    if ((value as { toJSON?: unknown }).toJSON !== undefined) return false;
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index++) {
        if (!this.isPlain(value[index], depth + 1)) return false;
      }
      return true;
    }
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return false;
    const source = value as Record<string, unknown>;
    if (source.type === 'blob') return false;
    for (const key of Object.keys(source)) {
      if (key === 'data' || key === 'b64_json') return false;
      if (!this.isPlain(source[key], depth + 1)) return false;
    }
    return true;
  }
}

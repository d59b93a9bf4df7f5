import { styleText } from 'node:util';

const off = new Set(['0', 'false']);

/**
 * Whether to colour what goes to a stream. `FORCE_COLOR` wins over `NO_COLOR`, as in Node.js itself.
 *
 * @see https://no-color.org
 */
export function wantsColor(stream = process.stdout, env = process.env) {
  if (env.FORCE_COLOR !== undefined) return !off.has(env.FORCE_COLOR);
  if (env.NO_COLOR) return false;
  return stream.isTTY === true && env.TERM !== 'dumb';
}

/** @returns {(format: string | string[], text: string) => string} colours a text, or leaves it as it is */
export function createStyle(color) {
  return color ? (format, text) => styleText(format, text, { validateStream: false }) : (_format, text) => text;
}

import { errorClass, errorType, readField } from './error-type.ts';

/** An error taken apart, so that its text can go through the content policy and its frames can go without. */
export interface Exception {
  type: string;
  message: string | undefined;
  /** The frames of the stack alone: the header of `error.stack` quotes the message. */
  frames: string | undefined;
}

/** Takes an error apart. Never throws, also for errors with hostile getters. */
export function describeException(error: unknown): Exception {
  // A plain object is what a provider sent: its class says nothing.
  const type = isPlainObject(error) ? errorType(error) : errorClass(error);
  if (typeof error === 'string') return { type, message: error, frames: undefined };
  const message = readField(error, 'message');
  const stack = readField(error, 'stack');
  const text = typeof message === 'string' ? message : undefined;
  return { type, message: text, frames: typeof stack === 'string' ? framesOf(stack, text ?? '') : undefined };
}

function isPlainObject(value: unknown): boolean {
  try {
    return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  } catch {
    return false;
  }
}

/** A frame as V8 writes it. A line of a message that is made to look like one has no such place in it. */
const FRAME = /^ {4}at (?:.+ \()?(?:async |file:|node:|data:|eval at |\/|[A-Za-z]:[\\/]|<anonymous>|index |native)/;

/**
 * The lines below the header, which V8 writes when the error is made. A message that was changed afterwards no longer tells where the
 * header ends, and then there are no frames.
 */
function framesOf(stack: string, message: string): string | undefined {
  const end = headerEnd(stack, message);
  if (end === undefined) return undefined;
  const lines = stack.slice(end + 1).split('\n');
  return lines.every((line) => FRAME.test(line)) ? lines.join('\n') : undefined;
}

/** The header is the name of the class, and the message after a colon if there is one. */
function headerEnd(stack: string, message: string): number | undefined {
  if (message === '') {
    const newline = stack.indexOf('\n');
    const colon = stack.lastIndexOf(': ', newline);
    return newline < 0 || (colon >= 0 && colon !== newline - 2) ? undefined : newline;
  }
  for (let start = stack.indexOf(message); start >= 0; start = stack.indexOf(message, start + 1)) {
    const end = start + message.length;
    const isWhole = stack[end] === '\n' && (start === 0 || stack.slice(0, start).endsWith(': '));
    if (isWhole) return end;
  }
  return undefined;
}

import { errorClass } from './error-type.ts';

/** An error taken apart, so that its text can go through the content policy and its frames can go without. */
export interface Exception {
  type: string;
  message: string | undefined;
  /** The frames of the stack alone: the header of `error.stack` quotes the message. */
  frames: string | undefined;
}

/** Takes an error apart. Never throws, also for errors with hostile getters. */
export function describeException(error: unknown): Exception {
  const type = errorClass(error);
  if (typeof error !== 'object' || error === null) {
    return { type, message: typeof error === 'string' ? error : undefined, frames: undefined };
  }
  const { message, stack } = error as { message?: unknown; stack?: unknown };
  const text = typeof message === 'string' ? message : undefined;
  return { type, message: text, frames: typeof stack === 'string' ? framesOf(stack, text) : undefined };
}

function framesOf(stack: string, message: string | undefined): string | undefined {
  let start = 0;
  if (message) {
    const at = stack.indexOf(message);
    // A message that was changed after the fact no longer tells us where the header ends.
    if (at < 0) return undefined;
    start = at + message.length;
  }
  const newline = stack.indexOf('\n', start);
  if (newline < 0) return undefined;
  const frames = stack
    .slice(newline + 1)
    .split('\n')
    .filter((line) => /^\s+at /.test(line));
  return frames.length > 0 ? frames.join('\n') : undefined;
}

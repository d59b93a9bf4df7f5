import { guard } from '../guard.ts';
import type { Recording } from '../recording/recording.ts';
import type { OperationResponse } from '../vocabulary/index.ts';

const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';

/**
 * Ends a recording with what a function returned or promised. A promise is answered with one that settles the same way: a second
 * listener on the original would make a rejection that nobody handles look handled.
 */
export function observeValue(
  value: unknown,
  recording: Recording,
  respond: (value: unknown) => OperationResponse,
): unknown {
  if (!isPromise(value)) {
    recording.complete(guard('response mapping', () => respond(value)));
    return value;
  }
  return value.then(
    (result) => {
      recording.complete(guard('response mapping', () => respond(result)));
      return result;
    },
    (error: unknown) => {
      recording.fail(error);
      throw error;
    },
  );
}

import { context } from '@opentelemetry/api';
import type { GenAIInstrumentationConfig } from '../configuration.ts';
import { isPartOfRecording } from '../context/current-recording.ts';
import { guard } from '../guard.ts';
import type { OperationStart, Recorder } from '../recording/recorder.ts';
import type { Recording } from '../recording/recording.ts';

/** A call of a hooked method. */
export interface Invocation {
  recorder: Recorder;
  target: unknown;
  args: unknown[];
  original: (this: unknown, ...args: unknown[]) => unknown;
  /** The options of the instrumentation as they were given. */
  config: GenAIInstrumentationConfig;
}

export interface RecordedOperation {
  start: OperationStart;
  /** Other arguments than the application's, where an option asks for it. */
  args?: unknown[] | undefined;
  /** Ends the recording with the result, and gives the application what it would have got. */
  observe(result: unknown, recording: Recording): unknown;
}

/**
 * The one way through for a call: starts a recording, calls the original under it, and lets `observe` end it. A call that is part of
 * an operation that is recorded already goes straight through, and so does one whose request we fail to understand.
 *
 * @param describe what to record; `undefined` to record nothing.
 */
export function recordOperation(
  { recorder, target, args, original }: Invocation,
  describe: () => RecordedOperation | undefined,
): unknown {
  if (isPartOfRecording(context.active())) return Reflect.apply(original, target, args);
  const operation = guard('request mapping', describe);
  const recording = operation && guard('recording', () => recorder.start(operation.start));
  if (!operation || !recording) return Reflect.apply(original, target, args);

  let result: unknown;
  try {
    result = context.with(recording.context, original, target, ...(operation.args ?? args));
  } catch (error) {
    recording.fail(error);
    throw error;
  }
  try {
    return operation.observe(result, recording);
  } catch (error) {
    recording.cancel();
    guard('observation', () => {
      throw error;
    });
    return result;
  }
}

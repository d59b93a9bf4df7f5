import { type Context, context, createContextKey } from '@opentelemetry/api';

/** What other code below an operation may tell the recording of it. */
export interface ActiveRecording {
  /** Whether instrumented calls below are operations of their own. */
  readonly composite: boolean;
  /** The SDK repeats the request by itself. */
  addRetry(): void;
}

// createContextKey goes through the global symbol registry, so copies of this package agree.
const RECORDING = createContextKey('genai_otel.recording');

export function setRecording(context: Context, recording: ActiveRecording): Context {
  return context.setValue(RECORDING, recording);
}

/** The recording that the code runs under, if any. */
export function getRecording(context: Context): ActiveRecording | undefined {
  return context.getValue(RECORDING) as ActiveRecording | undefined;
}

/**
 * Whether an operation below `context` is a part of one that is recorded already, so that recording it again would count it
 * twice.
 */
export function isPartOfRecording(context: Context): boolean {
  const recording = getRecording(context);
  return recording !== undefined && !recording.composite;
}

/** Tells the operation that the caller is part of that its SDK repeats the request. */
export function recordRetry(): void {
  const recording = getRecording(context.active());
  if (recording && !recording.composite) recording.addRetry();
}

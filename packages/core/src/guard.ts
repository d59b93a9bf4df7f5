import { diag } from '@opentelemetry/api';

const reported = new Set<string>();

/**
 * Reports a fault of ours once for each place. The message names the class of the error and where it happened, never its
 * text, which may quote content.
 */
export function reportFault(place: string, error: unknown): void {
  const kind = error instanceof Error ? error.name : typeof error;
  const key = `${place}:${kind}`;
  if (reported.has(key)) return;
  reported.add(key);
  const frame = error instanceof Error ? error.stack?.split('\n').find((line) => /^\s+at /.test(line)) : undefined;
  diag.error(
    `genai-otel: ${kind} in ${place}${frame ? ` (${frame.trim()})` : ''}; telemetry of this operation is incomplete`,
  );
}

/** Runs a step of ours. What it throws is reported and costs the telemetry, never the application's call. */
export function guard<T>(place: string, step: () => T): T | undefined {
  try {
    return step();
  } catch (error) {
    reportFault(place, error);
    return undefined;
  }
}

const warned = new Set<string>();

/** Warns once for each message: one clear line that says what to do. */
export function warnOnce(message: string): void {
  if (warned.has(message)) return;
  warned.add(message);
  diag.warn(`genai-otel: ${message}`);
}

import { diag } from '@opentelemetry/api';
import { describeException } from './errors/exception.ts';

const reported = new Set<string>();

/**
 * Reports a fault of ours once for each place. The message names the class of the error and where it happened, never its
 * text, which may quote content.
 */
export function reportFault(place: string, error: unknown): void {
  try {
    const { type, frames } = describeException(error);
    const key = `${place}:${type}`;
    if (reported.has(key)) return;
    reported.add(key);
    const frame = frames?.split('\n', 1)[0]?.trim();
    diag.error(
      `genai-otel: ${type} in ${place}${frame ? ` (${frame})` : ''}; telemetry of this operation is incomplete`,
    );
  } catch {
    // Neither a hostile error nor a broken logger may reach the application.
  }
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
  try {
    diag.warn(`genai-otel: ${message}`);
  } catch {
    // A broken logger must not reach the application.
  }
}

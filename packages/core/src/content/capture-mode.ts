import { diag } from '@opentelemetry/api';

/**
 * Where message content is recorded: the values of `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT`.
 */
export type ContentCaptureMode = 'NO_CONTENT' | 'SPAN_ONLY' | 'EVENT_ONLY' | 'SPAN_AND_EVENT';

const CAPTURE_MODES: readonly ContentCaptureMode[] = ['NO_CONTENT', 'SPAN_ONLY', 'EVENT_ONLY', 'SPAN_AND_EVENT'];
const LONGEST_ECHO = 40;

/**
 * Reads a capture mode, ignoring case. Absent or empty means `NO_CONTENT`; so does anything that is not a mode
 * (`true` and `false` included), with a warning. Never throws.
 *
 * @param source what the value came from (an environment variable or option), named in the warning
 */
export function parseContentCaptureMode(value: unknown, source: string): ContentCaptureMode {
  if (value === undefined || value === null || value === '') return 'NO_CONTENT';
  const wanted = typeof value === 'string' ? value.trim().toUpperCase() : undefined;
  const mode = CAPTURE_MODES.find((candidate) => candidate === wanted);
  if (mode !== undefined) return mode;
  diag.warn(
    `${source}: ${echo(value)} is not a content capture mode; no content is captured. Accepted values: ${CAPTURE_MODES.join(', ')}.`,
  );
  return 'NO_CONTENT';
}

function echo(value: unknown): string {
  if (typeof value === 'string') return `"${value.slice(0, LONGEST_ECHO)}"`;
  return typeof value === 'boolean' || typeof value === 'number' ? String(value) : `a value of type ${typeof value}`;
}

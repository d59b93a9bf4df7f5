import { type ContentCaptureMode, parseContentCaptureMode } from '@genai-otel/core';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import type { Check, Result } from '../report.ts';

const captureVariable = 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT';
const optInVariable = 'OTEL_SEMCONV_STABILITY_OPT_IN';

export interface ContentReport {
  /** Where message content is recorded, unless an option in code says otherwise. */
  captureMode: ContentCaptureMode;
  /** Whether the variable says so; a bad value counts as not set. */
  source: 'environment' | 'default';
  /** What is wrong with the variable. */
  warning?: string;
}

const modes: Record<ContentCaptureMode, string> = {
  NO_CONTENT: 'messages are not recorded',
  SPAN_ONLY: 'messages are recorded on spans',
  EVENT_ONLY: 'messages are recorded on events',
  SPAN_AND_EVENT: 'messages are recorded on spans and events',
};

/** Which content capture is in force, read as the instrumentations read it. */
export function checkContent(environment: NodeJS.ProcessEnv): Check<ContentReport> {
  const value = environment[captureVariable];
  const warnings: string[] = [];
  const ignore = () => {};
  diag.setLogger(
    { error: ignore, warn: (message) => warnings.push(message), info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const captureMode = parseContentCaptureMode(value, captureVariable);
  diag.disable();
  const [warning] = warnings;
  const source = value === undefined || value === '' || warning !== undefined ? 'default' : 'environment';
  const data: ContentReport = { captureMode, source, ...(warning === undefined ? {} : { warning }) };
  const level = warning === undefined ? 'ok' : 'warning';
  const origin = source === 'default' ? 'the default' : captureVariable;
  const results: Result[] = [
    {
      level,
      label: 'content capture',
      text: `${captureMode}: ${modes[captureMode]} (${origin})`,
      ...(warning === undefined ? {} : { details: [warning], action: `Correct or unset ${captureVariable}.` }),
    },
  ];
  return { data, results };
}

export interface ConventionReport {
  /** Names of span and event attributes. */
  attributes: '1.41.0' | 'latest';
  /** Names of metrics, one or both. */
  metrics: ('1.41.0' | 'latest')[];
  /** Values that look like an opt-in of ours, but are none. */
  unknown: string[];
}

/** Which version of the GenAI semantic conventions `OTEL_SEMCONV_STABILITY_OPT_IN` asks for. */
export function checkConvention(environment: NodeJS.ProcessEnv): Check<ConventionReport> {
  const values = (environment[optInVariable] ?? '').split(',').map((value) => value.trim());
  const both = values.includes('gen_ai_latest_experimental/dup');
  const attributes = both || values.includes('gen_ai_latest_experimental') ? 'latest' : '1.41.0';
  // Values of other domains, such as `http`, are not ours to judge.
  const unknown = values.filter(
    (value) => /^gen_?ai/i.test(value) && !/^gen_ai_latest_experimental(?:\/dup)?$/.test(value),
  );
  const data: ConventionReport = { attributes, metrics: both ? ['1.41.0', 'latest'] : [attributes], unknown };
  const text = `GenAI semantic conventions ${attributes}${both ? ', metrics also 1.41.0' : ''} (${attributes === 'latest' ? optInVariable : 'the default'})`;
  if (unknown.length === 0) return { data, results: [{ level: 'ok', label: 'convention', text }] };
  const action = `Accepted in ${optInVariable}: gen_ai_latest_experimental, gen_ai_latest_experimental/dup.`;
  const details = unknown.map((value) => `"${value.slice(0, 40)}" is not known and has no effect`);
  return { data, results: [{ level: 'warning', label: 'convention', text, details, action }] };
}

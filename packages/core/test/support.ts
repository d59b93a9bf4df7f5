import { type Attributes, type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import type { DataPoint, Histogram, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { afterEach, beforeEach } from 'vitest';
import { type InMemoryRecorder, recordInMemory } from '../../../test/conformance/record.ts';
import { type GenAIInstrumentationConfig, resolveConfig } from '../src/configuration.ts';
import { type OperationStart, Recorder } from '../src/recording/recorder.ts';

/** A recorder of the real OpenTelemetry SDK, and what it recorded. */
export interface TestRecorder {
  recorder: Recorder;
  memory: InMemoryRecorder;
}

export function createRecorder(
  config: GenAIInstrumentationConfig = {},
  environment: NodeJS.ProcessEnv = {},
): TestRecorder {
  const memory = recordInMemory();
  const recorder = new Recorder(resolveConfig(config, environment), {
    tracer: memory.tracerProvider.getTracer('@genai-otel/test'),
    meter: memory.meterProvider.getMeter('@genai-otel/test'),
    logger: memory.loggerProvider.getLogger('@genai-otel/test'),
  });
  return { recorder, memory };
}

export const chat = (request: OperationStart['request'] = { model: 'gpt-4o-mini' }): OperationStart => ({
  operation: 'chat',
  server: { provider: 'openai', address: 'api.openai.com', port: 443 },
  request,
});

export interface Point<Value> {
  attributes: Attributes;
  value: Value;
}

/** The points of one metric in everything that was collected, oldest first. */
export function pointsOf<Value = number>(collected: readonly ResourceMetrics[], name: string): Point<Value>[] {
  return collected.flatMap(({ scopeMetrics }) =>
    scopeMetrics.flatMap(({ metrics }) =>
      metrics
        .filter(({ descriptor }) => descriptor.name === name)
        .flatMap(({ dataPoints }) => dataPoints as DataPoint<Value>[])
        .map(({ attributes, value }) => ({ attributes, value })),
    ),
  );
}

export const histogramOf = (collected: readonly ResourceMetrics[], name: string): Point<Histogram>[] =>
  pointsOf<Histogram>(collected, name);

/** Everything that is said through `diag` during a test. */
export function hearDiagnostics(): { warnings: string[]; errors: string[]; all(): string[] } {
  const heard = { warnings: [] as string[], errors: [] as string[], all: () => [...heard.warnings, ...heard.errors] };
  const ignore = () => undefined;
  const logger: DiagLogger = {
    error: (...said) => void heard.errors.push(said.map(String).join(' ')),
    warn: (...said) => void heard.warnings.push(said.map(String).join(' ')),
    info: ignore,
    debug: ignore,
    verbose: ignore,
  };
  beforeEach(() => {
    heard.warnings.length = 0;
    heard.errors.length = 0;
    diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  });
  afterEach(() => diag.disable());
  return heard;
}

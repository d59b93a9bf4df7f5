import { writeFileSync } from 'node:fs';
import { context, metrics, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { TracerProvider } from '@opentelemetry/sdk-trace';

// The program has an OpenTelemetry SDK of its own in both runs; only the instrumentation differs between them.
const spans = new Map();

const summary = (span) => ({
  scenario: globalThis[Symbol.for('transparency.scenario')],
  name: span.name,
  scope: span.instrumentationScope.name,
  traceId: span.spanContext().traceId,
  spanId: span.spanContext().spanId,
  parentSpanId: span.parentSpanContext?.spanId,
});

const everySpan = {
  onStart: (span) => void spans.set(span.spanContext().spanId, { ...summary(span), ends: 0 }),
  onEnd: (span) => {
    const known = spans.get(span.spanContext().spanId);
    known.ends++;
    Object.assign(known, { status: span.status, attributes: span.attributes });
  },
  forceFlush: async () => {},
  shutdown: async () => {},
};

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [everySpan] }));
const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] }));

process.on('exit', () => {
  const file = process.env.GENAI_OTEL_TEST_REPORT;
  if (file) writeFileSync(file, JSON.stringify([...spans.values()], null, 1));
});

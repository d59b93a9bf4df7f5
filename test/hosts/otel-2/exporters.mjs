// SDK 2.x: positional arguments.
import { logs, metrics, NodeSDK, tracing } from '@opentelemetry/sdk-node';
import OpenAI from 'openai';

export { NodeSDK, OpenAI };
export const spanExporter = new tracing.InMemorySpanExporter();
export const logExporter = new logs.InMemoryLogRecordExporter();
export const metricExporter = new metrics.InMemoryMetricExporter(metrics.AggregationTemporality.CUMULATIVE);
export const metricReader = new metrics.PeriodicExportingMetricReader({
  exporter: metricExporter,
  exportIntervalMillis: 2 ** 31 - 1,
});
export const options = {
  spanProcessors: [new tracing.SimpleSpanProcessor(spanExporter)],
  logRecordProcessors: [new logs.SimpleLogRecordProcessor({ exporter: logExporter })],
  metricReaders: [metricReader],
};

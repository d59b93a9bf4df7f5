import { InMemoryLogRecordExporter, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import OpenAI from 'openai';

export { NodeSDK, OpenAI };
export const spanExporter = new InMemorySpanExporter();
export const logExporter = new InMemoryLogRecordExporter();
export const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
export const metricReader = new PeriodicExportingMetricReader({
  exporter: metricExporter,
  exportIntervalMillis: 2 ** 31 - 1,
});
export const options = {
  spanProcessors: [new SimpleSpanProcessor({ exporter: spanExporter })],
  logRecordProcessors: [new SimpleLogRecordProcessor({ exporter: logExporter })],
  metricReaders: [metricReader],
};

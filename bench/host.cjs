'use strict';

const { context, logs, metrics, trace } = require('@opentelemetry/api');
const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
const { BatchLogRecordProcessor, LoggerProvider } = require('@opentelemetry/sdk-logs');
const { MeterProvider, MetricReader } = require('@opentelemetry/sdk-metrics');
const { AlwaysOffSampler, BatchSpanProcessor, TracerProvider } = require('@opentelemetry/sdk-trace');

/** Counts what reaches it and keeps the last of it: an exporter's own cost is no instrumentation's. */
class CountingExporter {
  count = 0;
  last;
  export(items, done) {
    this.count += items.length;
    this.last = items.at(-1);
    done({ code: 0 });
  }
  async shutdown() {}
  async forceFlush() {}
}

class IdleReader extends MetricReader {
  async onShutdown() {}
  async onForceFlush() {}
}

/**
 * The application's OpenTelemetry SDK, the same for every variant that takes one: all signals on, batching processors, nothing exported.
 * @param {{ sampled?: boolean }} [options]
 */
function startHost({ sampled = true } = {}) {
  const spans = new CountingExporter();
  const logRecords = new CountingExporter();
  const reader = new IdleReader();
  const tracerProvider = new TracerProvider({
    spanProcessors: [new BatchSpanProcessor({ exporter: spans })],
    ...(sampled ? {} : { sampler: new AlwaysOffSampler() }),
  });
  const loggerProvider = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter: logRecords })] });
  const meterProvider = new MeterProvider({ readers: [reader] });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(tracerProvider);
  metrics.setGlobalMeterProvider(meterProvider);
  logs.setGlobalLoggerProvider(loggerProvider);

  return {
    async flush() {
      await Promise.all([tracerProvider.forceFlush(), loggerProvider.forceFlush()]);
    },
    async recorded() {
      const { resourceMetrics } = await reader.collect();
      const histograms = {};
      for (const { metrics: scope } of resourceMetrics.scopeMetrics) {
        for (const { descriptor, dataPoints } of scope) {
          histograms[descriptor.name] = dataPoints.reduce((sum, { value }) => sum + (value.count ?? value), 0);
        }
      }
      return {
        spans: spans.count,
        logRecords: logRecords.count,
        metrics: histograms,
        text: JSON.stringify([
          spans.last?.attributes,
          spans.last?.events,
          logRecords.last?.body,
          logRecords.last?.attributes,
        ]),
        attributes: Object.keys(spans.last?.attributes ?? {}),
      };
    },
  };
}

module.exports = { startHost };

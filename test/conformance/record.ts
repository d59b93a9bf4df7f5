import type { Attributes } from '@opentelemetry/api';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { AggregationTemporality, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';

export interface InMemoryRecorded {
  spans: ReadableSpan[];
  metrics: ResourceMetrics[];
  logs: ReadableLogRecord[];
  creationAttributes: ReadonlyMap<string, Attributes>;
}

export interface InMemoryRecorder {
  readonly tracerProvider: TracerProvider;
  readonly meterProvider: MeterProvider;
  readonly loggerProvider: LoggerProvider;
  /** What ended or was recorded since the start or the last `reset`. */
  collect(): Promise<InMemoryRecorded>;
  reset(): Promise<void>;
  shutdown(): Promise<void>;
}

/** Three providers that keep what they are given in memory. None is registered globally. */
export function recordInMemory(): InMemoryRecorder {
  const spanExporter = new InMemorySpanExporter();
  const logExporter = new InMemoryLogRecordExporter();
  const metricReader = new PulledMetricReader();
  const creation = new CreationAttributes();
  const tracerProvider = new TracerProvider({
    spanProcessors: [creation, new SimpleSpanProcessor({ exporter: spanExporter })],
  });
  const meterProvider = new MeterProvider({ readers: [metricReader] });
  const loggerProvider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: logExporter })] });
  return {
    tracerProvider,
    meterProvider,
    loggerProvider,
    async collect() {
      await Promise.all([tracerProvider.forceFlush(), loggerProvider.forceFlush()]);
      const { resourceMetrics } = await metricReader.collect();
      // Delta points are handed out once, so they are kept until `reset`.
      metricReader.kept.push(resourceMetrics);
      return {
        spans: [...spanExporter.getFinishedSpans()],
        metrics: [...metricReader.kept],
        logs: [...logExporter.getFinishedLogRecords()],
        creationAttributes: new Map(creation.bySpanId),
      };
    },
    async reset() {
      await Promise.all([tracerProvider.forceFlush(), loggerProvider.forceFlush()]);
      spanExporter.reset();
      logExporter.reset();
      creation.bySpanId.clear();
      await metricReader.collect();
      metricReader.kept.length = 0;
    },
    async shutdown() {
      await Promise.all([tracerProvider.shutdown(), meterProvider.shutdown(), loggerProvider.shutdown()]);
    },
  };
}

/** Delta temporality, so that `reset` leaves nothing behind. */
class PulledMetricReader extends MetricReader {
  readonly kept: ResourceMetrics[] = [];

  constructor() {
    super({ aggregationTemporalitySelector: () => AggregationTemporality.DELTA });
  }

  protected override async onForceFlush(): Promise<void> {}

  protected override async onShutdown(): Promise<void> {}
}

/** Keeps what a sampler would have seen of each span. */
class CreationAttributes implements SpanProcessor {
  readonly bySpanId = new Map<string, Attributes>();

  onStart(span: Parameters<SpanProcessor['onStart']>[0]): void {
    this.bySpanId.set(span.spanContext().spanId, { ...span.attributes });
  }

  onEnd(): void {}

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}

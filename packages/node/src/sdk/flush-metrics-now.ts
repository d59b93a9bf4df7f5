/**
 * Exports the metrics of a process that exits. The SDK collects asynchronously because observable instruments may be
 * asynchronous; synchronous instruments need none of that. Reaches into the SDK that is bundled in this very file's build.
 */
import type { MetricData, PushMetricExporter } from '@opentelemetry/sdk-metrics';

type HrTime = [number, number];

interface MetricStorage {
  collect(collector: object, collectionTime: HrTime): MetricData | undefined;
}

interface MeterState {
  _instrumentationScope: { name: string };
  metricStorageRegistry: { getStorages(collector: object): MetricStorage[] };
}

export interface MeterProviderInternals {
  _sharedState: {
    resource: Parameters<PushMetricExporter['export']>[0]['resource'];
    metricCollectors: { _metricReader: { _exporter?: PushMetricExporter } }[];
    meterSharedStates: Map<string, MeterState>;
  };
}

export function flushMetricsNow({ _sharedState: state }: Partial<MeterProviderInternals>): void {
  if (state === undefined) return;
  const now = Date.now();
  const collectionTime: HrTime = [Math.trunc(now / 1000), (now % 1000) * 1_000_000];
  for (const collector of state.metricCollectors) {
    const exporter = collector._metricReader._exporter;
    if (exporter === undefined) continue;
    const scopeMetrics = [...state.meterSharedStates.values()].flatMap((meter) => {
      const collected = meter.metricStorageRegistry
        .getStorages(collector)
        .flatMap((storage) => storage.collect(collector, collectionTime) ?? []);
      return collected.length === 0 ? [] : { scope: meter._instrumentationScope, metrics: collected };
    });
    if (scopeMetrics.length > 0) exporter.export({ resource: state.resource, scopeMetrics }, () => {});
  }
}

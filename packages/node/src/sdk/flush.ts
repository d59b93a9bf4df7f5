import { flushLogsNow } from './flush-logs-now.ts';
import { flushMetricsNow } from './flush-metrics-now.ts';
import { holdRequests } from './otlp-http-transport.ts';
import { sendOtlpSync } from './otlp-sync-send.ts';
import {
  areResourcesSettled,
  loggerProvider,
  meterProvider,
  settleResources,
  settleResourcesNow,
  tracerProvider,
} from './providers.ts';

export async function flush(): Promise<void> {
  // A batch that waits for its resource is in nobody's queue any more, and would be lost if the process exited meanwhile.
  if (!areResourcesSettled()) await settleResources();
  const providers = [tracerProvider(), loggerProvider(), meterProvider()];
  await Promise.allSettled(providers.map(async (provider) => provider.forceFlush?.()));
}

export function flushAtExit(deadline: number, withMetrics: boolean): void {
  settleResourcesNow();
  const requests = holdRequests(() => {
    // Span processors hand their batches to the exporters, and those to the transport, before `forceFlush` returns.
    tracerProvider()
      .forceFlush?.()
      .catch(() => {});
    flushLogsNow(loggerProvider());
    if (withMetrics) flushMetricsNow(meterProvider());
  });
  sendOtlpSync(requests, deadline);
}

/** OpenTelemetry's declarative configuration: the file that `OTEL_CONFIG_FILE` names replaces the other variables. */
import { startNodeSdk } from '@opentelemetry/sdk-node';
import { settleResources } from './providers.ts';

export { flush, flushAtExit } from './flush.ts';

export function start(): void {
  startNodeSdk();
  // Begun early, so that a process that exits soon need not do without what takes time to read.
  void settleResources();
}

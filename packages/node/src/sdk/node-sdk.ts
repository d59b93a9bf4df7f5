/** OpenTelemetry's own NodeSDK, configured by the environment alone. */
import { NodeSDK } from '@opentelemetry/sdk-node';
import { settleResources } from './providers.ts';

export { flush, flushAtExit } from './flush.ts';

export function start(): void {
  new NodeSDK().start();
  // Begun early, so that a process that exits soon need not do without what takes time to read.
  void settleResources();
}

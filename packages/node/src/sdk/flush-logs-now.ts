/**
 * Exports the log records of a process that exits: their batch processor waits asynchronously before it hands a batch to
 * its exporter. Reaches into the SDK that is bundled in this very file's build.
 */
import type { LogRecordExporter, ReadableLogRecord } from '@opentelemetry/sdk-logs';

interface BatchProcessor {
  _finishedLogRecords?: ReadableLogRecord[];
  _exporter?: LogRecordExporter;
}

export interface LoggerProviderInternals {
  _sharedState?: { activeProcessor?: { processors?: BatchProcessor[] } & BatchProcessor };
}

export function flushLogsNow({ _sharedState }: LoggerProviderInternals): void {
  const active = _sharedState?.activeProcessor;
  for (const processor of active?.processors ?? (active === undefined ? [] : [active])) {
    const records = processor._finishedLogRecords?.splice(0) ?? [];
    if (records.length > 0) processor._exporter?.export(records, () => {});
  }
}

/**
 * `@opentelemetry/api` as the bundled SDK sees it. The SDK is written for API 1.10; an application may have 1.9, which
 * lacks the logs API. The missing names come from `@opentelemetry/api-logs`, whose global is the one that such an
 * application's own log calls use.
 */
import * as api from '@opentelemetry/api';
import {
  createNoopLogger as createNoopLoggerOf19,
  logs as logsOf19,
  SeverityNumber as SeverityNumberOf19,
} from '@opentelemetry/api-logs';

export * from '@opentelemetry/api';

const newer: Partial<typeof api> = api;

export const logs: typeof api.logs = newer.logs ?? (logsOf19 as unknown as typeof api.logs);
export const SeverityNumber: typeof api.SeverityNumber = newer.SeverityNumber ?? SeverityNumberOf19;
export const createNoopLogger: typeof api.createNoopLogger = newer.createNoopLogger ?? createNoopLoggerOf19;

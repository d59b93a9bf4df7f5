import * as api from '@opentelemetry/api';
import { getGenAIInstrumentations } from '../instrumentations.ts';

export { endOpenRecordings } from '@genai-otel/core';

/** What the preload does with the instrumentations. Bundled with all of them, like the SDK. Creates them on the global providers. */
export function instrument(): void {
  // API 1.9 has no logs; there an instrumentation finds its logger through the logs API that it brings.
  const { logs } = api as Partial<typeof api>;
  for (const instrumentation of getGenAIInstrumentations()) {
    if (logs !== undefined) instrumentation.setLoggerProvider?.(logs.getLoggerProvider());
  }
}

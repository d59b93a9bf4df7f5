import { createRequire } from 'node:module';
import { warn } from '../warn.ts';
import { findHost } from './host.ts';
import { flushWhenProcessEnds } from './process-end.ts';
import { startTelemetry } from './telemetry.ts';
import { whenSdkLoads } from './when-sdk-loads.ts';

/** Starts OpenTelemetry, unless the application has, and everything that belongs to it. */
export function start(): void {
  const host = findHost();
  if (host === 'incompatible') return;
  let endOpenRecordings = (): void => undefined;
  if (host === 'none') {
    const telemetry = startTelemetry();
    if (telemetry === undefined) return;
    flushWhenProcessEnds(telemetry, () => endOpenRecordings());
  } else {
    warn('OpenTelemetry has already been started by this application; the instrumentations report to it.');
  }
  whenSdkLoads(() => {
    try {
      const bundle = createRequire(__filename)('./instrument.cjs') as typeof import('./instrument.ts');
      endOpenRecordings = bundle.endOpenRecordings;
      bundle.instrument();
    } catch (error) {
      warn(`could not instrument, the application runs without it: ${error instanceof Error ? error.message : error}`);
    }
  });
}

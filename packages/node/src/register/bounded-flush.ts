// The bundle replaces the global timers by ones that do not keep the process alive; this one has to.
import { clearTimeout, setTimeout } from 'node:timers';
import type { Telemetry } from './telemetry.ts';

/** Flushes, keeping the process alive meanwhile, for the bound at most. Resolves to whether the flush got done. */
export function boundedFlush(telemetry: Telemetry, boundMillis: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), boundMillis);
    telemetry.flush().then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}

import { registerModuleHook } from '../hook/register-module-hook.ts';
import { warn } from '../warn.ts';
import { findHost } from './host.ts';
import { instrument } from './instrument.ts';
import { flushWhenProcessEnds } from './process-end.ts';
import { startTelemetry } from './telemetry.ts';

/** Starts OpenTelemetry, unless the application has, and everything that belongs to it. */
export function start(): void {
  const host = findHost();
  if (host === 'incompatible') return;
  if (host === 'none') {
    const telemetry = startTelemetry();
    if (telemetry === undefined) return;
    flushWhenProcessEnds(telemetry);
  } else {
    warn('OpenTelemetry has already been started by this application; the instrumentations report to it.');
  }
  registerModuleHook();
  instrument();
}

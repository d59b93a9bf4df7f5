import { boundedFlush } from './bounded-flush.ts';
import { exitBoundMillis } from './exit-bound.ts';
import { flushBeforeNaturalEnd } from './natural-end.ts';
import { flushOnSignals } from './signals.ts';
import type { Telemetry } from './telemetry.ts';

/**
 * Delivers what was recorded when the process ends, within a bound, and leaves everything else about that end as it is:
 * the exit code, the signal, the application's own listeners and how often they are called.
 *
 * @param endOpenRecordings ends what is still being recorded
 */
export function flushWhenProcessEnds(telemetry: Telemetry, endOpenRecordings: () => void): void {
  const bound = exitBoundMillis();
  let delivered = false;
  let gaveUp = false;

  const lastFlush = async () => {
    endOpenRecordings();
    gaveUp = !(await boundedFlush(telemetry, bound));
    return !gaveUp;
  };

  flushBeforeNaturalEnd(lastFlush, () => {
    delivered = true;
  });
  flushOnSignals({
    lastFlush,
    flushAlong: () => boundedFlush(telemetry, bound),
    flushNow: () => telemetry.flushAtExit(Date.now() + bound, true),
  });
  process.on('exit', () => {
    endOpenRecordings();
    // An endpoint that has just let the whole bound pass would let it pass again.
    if (!gaveUp) telemetry.flushAtExit(Date.now() + bound, !delivered);
  });
}

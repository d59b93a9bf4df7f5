import { guard } from '../guard.ts';

interface OpenRecording {
  cancel(): void;
}

/** Whoever holds points back until the event loop has time for them. */
interface PointHolder {
  flush(): void;
}

// One set in the process, also when several copies of this package are loaded: whoever shuts down ends all of them.
function processWide<T>(name: string): Set<T> {
  const global = globalThis as { [key: symbol]: Set<T> | undefined };
  const key = Symbol.for(name);
  global[key] ??= new Set();
  return global[key];
}

const openRecordings = processWide<OpenRecording>('genai_otel.open_recordings');
const pointHolders = processWide<WeakRef<PointHolder>>('genai_otel.point_holders');

export function trackOpenRecording(recording: OpenRecording): void {
  openRecordings.add(recording);
}

export function untrackOpenRecording(recording: OpenRecording): void {
  openRecordings.delete(recording);
}

/** Has `flush` called at the end of the process. */
export function trackPoints(holder: PointHolder): void {
  pointHolders.add(new WeakRef(holder));
}

/**
 * Ends every recording that is still open as cancelled, with what is known of it, and records every point that waits. For the moment before
 * the telemetry is flushed for the last time: a stream that nobody read to its end, a request that is still under way.
 */
export function endOpenRecordings(): void {
  for (const recording of [...openRecordings]) guard('endOpenRecordings', () => recording.cancel());
  for (const holder of pointHolders) guard('endOpenRecordings', () => holder.deref()?.flush());
}

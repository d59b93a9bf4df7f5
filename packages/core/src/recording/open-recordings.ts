import { guard } from '../guard.ts';

interface OpenRecording {
  cancel(): void;
}

// One set in the process, also when several copies of this package are loaded: whoever shuts down ends all of them.
const key = Symbol.for('genai_otel.open_recordings');
const global = globalThis as { [key]?: Set<OpenRecording> };
const open: Set<OpenRecording> = global[key] ?? new Set();
global[key] = open;

export function trackOpenRecording(recording: OpenRecording): void {
  open.add(recording);
}

export function untrackOpenRecording(recording: OpenRecording): void {
  open.delete(recording);
}

/**
 * Ends every recording that is still open as cancelled, with what is known of it. For the moment before the telemetry is
 * flushed for the last time: a stream that nobody read to its end, a request that is still under way.
 */
export function endOpenRecordings(): void {
  for (const recording of [...open]) guard('endOpenRecordings', () => recording.cancel());
}

import { setImmediate } from 'node:timers';
import { isMainThread } from 'node:worker_threads';

const signals = ['SIGTERM', 'SIGINT'] as const;

interface Flushes {
  /** Ends all recordings and flushes, when the process is about to die. */
  lastFlush: () => Promise<unknown>;
  /** Flushes while the application goes on. */
  flushAlong: () => Promise<unknown>;
  /** Flushes before it returns, when the next listener may end the process. */
  flushNow: () => void;
}

/**
 * Flushes before a signal ends the process. The process still dies by that signal; an application that has a listener of
 * its own is left in charge.
 */
export function flushOnSignals({ lastFlush, flushAlong, flushNow }: Flushes): void {
  // Signals reach the main thread only.
  if (!isMainThread) return;
  for (const signal of signals) {
    const listen = () => {
      process.prependListener(signal, listener);
    };
    const listener = () => {
      // Gone before the others run: some ask whether they are the only listeners, to end the process if so.
      process.removeListener(signal, listener);
      if (process.listenerCount(signal) > 0) {
        if (hasSignalExit()) flushNow();
        else void flushAlong();
        setImmediate(listen).unref();
        return;
      }
      // A second signal meanwhile ends the process at once.
      void lastFlush().then(() => {
        process.kill(process.pid, signal);
        // Still here: the first process of a container ignores signals that it does not handle.
        setImmediate(listen).unref();
      });
    };
    listen();
  }
}

/**
 * Whether the signal-exit package is in use, as under many command line tools: its listener ends the process by the same
 * signal at once when it is the only one. It leaves these marks for other copies of itself.
 */
function hasSignalExit(): boolean {
  return Symbol.for('signal-exit emitter') in globalThis || '__signal_exit_emitter__' in process;
}

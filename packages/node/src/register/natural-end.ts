import { setImmediate } from 'node:timers';

const MOST_ROUNDS = 8;

/**
 * Flushes when the event loop has run empty.
 *
 * Node.js emits `beforeExit` again whenever something was scheduled meanwhile. The application's listeners must be called
 * as often as they would be without us: so the flush begins only once they have scheduled nothing, and the one emission
 * that follows from the flush alone is kept from them.
 *
 * @param flush resolves when the process may end, to whether everything got done
 * @param ended called when the process ends right after that flush
 */
export function flushBeforeNaturalEnd(flush: () => Promise<boolean>, ended: () => void): void {
  let rounds = 0;
  process.prependListener('beforeExit', () => {
    // An application that comes to its end this often gets the rest delivered on `exit`; a process must not live on flushing.
    if (++rounds > MOST_ROUNDS) return;
    const idle = activeResources();
    const idleHandles = activeHandles();
    setImmediate(async () => {
      // Idle handles are listed too, so only what has been added since counts.
      if (hasMore(activeResources(), idle)) return;
      swallowNextBeforeExit(ended);
      if (!(await flush())) letGo(idle, idleHandles);
    });
  });
}

/**
 * Ends a process that only an unfinished export still holds: a stuck connection of an exporter other than the usual ones,
 * which hold nothing, or a name lookup.
 */
function letGo(idle: Map<string, number>, idleHandles: Set<Handle>): void {
  for (const handle of activeHandles()) if (!idleHandles.has(handle)) handle.unref?.();
  setImmediate(() => {
    if (hasMore(activeResources(), idle)) process.exit();
  });
}

interface Handle {
  unref?(): void;
}

/** What Node.js offers to tell why a process stays alive; there is no documented way to the handles themselves. */
function activeHandles(): Set<Handle> {
  const { _getActiveHandles } = process as { _getActiveHandles?(): Handle[] };
  return new Set(_getActiveHandles?.call(process) ?? []);
}

function activeResources(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of process.getActiveResourcesInfo()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function hasMore(now: Map<string, number>, before: Map<string, number>): boolean {
  return [...now].some(([name, count]) => count > (before.get(name) ?? 0));
}

function swallowNextBeforeExit(swallowed: () => void): void {
  const own = Object.getOwnPropertyDescriptor(process, 'emit');
  const emit = process.emit;
  const replacement = function (this: NodeJS.Process, event: string, ...parameters: unknown[]): boolean {
    if (event !== 'beforeExit') return Reflect.apply(emit, this, [event, ...parameters]);
    if (process.emit === replacement) {
      if (own === undefined) Reflect.deleteProperty(process, 'emit');
      else Object.defineProperty(process, 'emit', own);
    }
    swallowed();
    return true;
  } as typeof process.emit;
  process.emit = replacement;
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Somebody who takes part in the calls of a method. */
export interface MethodSubscriber {
  /** Whether it wants the next call. */
  isEnabled(): boolean;
  /** Takes the call. Must call `original` exactly once, and return or throw what the application shall see. */
  call(target: unknown, args: unknown[], original: Method): unknown;
}

// Through the global registry, so that several copies of this package share one wrapper and a call is taken once.
const SUBSCRIBERS = Symbol.for('genai_otel.subscribers');

/**
 * Wraps `owner[name]` so that the first enabled subscriber takes each call; with none the call goes straight through. Wrapping
 * again adds the subscriber to the wrapper that is there.
 *
 * @returns whether there is such a method.
 */
export function wrapMethod(owner: object, name: string, subscriber: MethodSubscriber): boolean {
  const original = (owner as Record<string, unknown>)[name];
  if (typeof original !== 'function') return false;

  const existing = (original as { [SUBSCRIBERS]?: MethodSubscriber[] })[SUBSCRIBERS];
  if (existing) {
    if (!existing.includes(subscriber)) existing.push(subscriber);
    return true;
  }

  const subscribers = [subscriber];
  const wrapper = function (this: unknown, ...args: unknown[]): unknown {
    for (const candidate of subscribers) {
      if (candidate.isEnabled()) return candidate.call(this, args, original as Method);
    }
    return Reflect.apply(original, this, args);
  };
  const hidden = (value: unknown) => ({ value, configurable: true });
  Object.defineProperties(wrapper, {
    name: hidden(original.name),
    length: hidden(original.length),
    [SUBSCRIBERS]: hidden(subscribers),
  });

  const descriptor = Object.getOwnPropertyDescriptor(owner, name);
  // Where a property cannot be redefined, its value can be exchanged at most.
  if (descriptor && !descriptor.configurable) return Reflect.defineProperty(owner, name, { value: wrapper });
  // An inherited method is wrapped on this class alone: its siblings stay as they are.
  return Reflect.defineProperty(owner, name, {
    configurable: true,
    enumerable: descriptor?.enumerable ?? false,
    writable: true,
    value: wrapper,
  });
}

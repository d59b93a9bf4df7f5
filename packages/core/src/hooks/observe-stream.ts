import { guard, reportFault } from '../guard.ts';
import type { Recording } from '../recording/recording.ts';
import type { StreamFold } from '../vocabulary/index.ts';

/** A stream that makes its iterators through an own function, as those of Stainless SDKs do. */
export interface IteratorStream {
  iterator: () => AsyncIterator<unknown>;
  controller?: { signal?: AbortSignal };
}

export interface StreamOptions {
  fold: StreamFold<unknown>;
  /** Chunks that the application did not ask for, and does not get. */
  hide?: ((chunk: unknown) => boolean) | undefined;
}

/** Whoever is dropped unread ends its recording: with what is known, as nobody will read the rest. */
const dropped = new FinalizationRegistry<Recording>((recording) => recording.cancel());

/**
 * Observes a stream in place: the object, its class and its iterators stay the SDK's own, so that `tee`, helpers and early leaving
 * work as they do without us. Nothing is read ahead.
 */
export function observeStream(stream: IteratorStream, recording: Recording, { fold, hide }: StreamOptions): void {
  const clock = recording.startStream(partialResponse(fold));
  const makeIterator = stream.iterator;
  dropped.register(stream, recording, recording);
  let owner: AsyncIterator<unknown> | undefined;

  const endOfStream = () => {
    if (stream.controller?.signal?.aborted && !fold.complete) recording.cancel();
    else recording.complete();
    dropped.unregister(recording);
  };
  const left = () => {
    if (fold.complete) recording.complete();
    else recording.cancel();
    dropped.unregister(recording);
  };

  const observeIterator = (iterator: AsyncIterator<unknown>): AsyncIterator<unknown> => {
    const { next } = iterator;

    const onResult = (result: IteratorResult<unknown>): IteratorResult<unknown> | Promise<IteratorResult<unknown>> => {
      try {
        if (result.done) {
          endOfStream();
          return result;
        }
        clock.received(performance.now());
        fold.add(result.value);
      } catch (error) {
        reportFault('stream mapping', error);
      }
      return hide !== undefined && guard('stream mapping', () => hide(result.value)) ? ask([]) : result;
    };
    const onError = (error: unknown): never => {
      recording.fail(error);
      dropped.unregister(recording);
      throw error;
    };
    const ask = (args: unknown[]): Promise<IteratorResult<unknown>> => {
      clock.asked(performance.now());
      return (Reflect.apply(next, iterator, args) as Promise<IteratorResult<unknown>>).then(onResult, onError);
    };
    const leave = (name: 'return' | 'throw') => {
      const method = iterator[name];
      if (typeof method !== 'function') return method;
      return (...args: unknown[]) => {
        if (owner === undefined || owner === iterator) guard('stream end', left);
        return Reflect.apply(method, iterator, args);
      };
    };

    const methods: { [key: PropertyKey]: unknown } = {
      __proto__: null,
      next: (...args: unknown[]) => {
        // Only one iterator can have the stream; a second one is for the SDK to refuse.
        if (owner === undefined) {
          owner = iterator;
          // From now on the iterator is what keeps the stream going, and the stream itself may be gone.
          dropped.unregister(recording);
          dropped.register(observed, recording, recording);
        }
        return owner === iterator ? ask(args) : Reflect.apply(next, iterator, args);
      },
      return: leave('return'),
      throw: leave('throw'),
    };
    // A loop asks for `next` once, so that a chunk does not go through the proxy.
    const observed = new Proxy(iterator, {
      get: (target, key, receiver) => methods[key] ?? Reflect.get(target, key, receiver),
    });
    return observed;
  };

  // Proxies, so that the function and its iterators look as they do without us.
  stream.iterator = new Proxy(makeIterator, {
    apply: (target, self, args) => {
      const iterator = Reflect.apply(target, self ?? stream, args);
      return guard('stream', () => observeIterator(iterator)) ?? iterator;
    },
  });
}

/** Made out here: closures of one function share its variables, and the recording would keep the stream alive through this one. */
const partialResponse = (fold: StreamFold<unknown>) => () => fold.response();

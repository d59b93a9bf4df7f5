import { guard } from '../guard.ts';
import type { Recording } from '../recording/recording.ts';
import type { OperationResponse, ResponseMetadata, StreamFold } from '../vocabulary/index.ts';
import { observeValue } from './observe-promise.ts';
import { type IteratorStream, observeStream } from './observe-stream.ts';

/**
 * The promise of Stainless SDKs: the request is under way at once, the body is parsed when somebody waits for it, and helpers
 * derive further promises from the same response.
 */
interface ApiPromise {
  responsePromise: Promise<ApiResponse>;
  parseResponse: (...args: unknown[]) => Promise<unknown>;
  parsedPromise?: Promise<unknown>;
  asResponse(): Promise<unknown>;
  _thenUnwrap(transform: unknown): ApiPromise;
}

interface ApiResponse {
  response?: Response;
}

export interface ApiPromiseOptions {
  /** The vocabulary of a parsed body. */
  respond(body: unknown): OperationResponse;
  /** Builds the response where the body is a stream. */
  fold?: (() => StreamFold<unknown> | undefined) | undefined;
  hide?: ((chunk: unknown) => boolean) | undefined;
  /** What the headers of a response tell. */
  metadata(status: number, headers: Headers): ResponseMetadata;
}

const isApiPromise = (value: unknown): value is ApiPromise =>
  value instanceof Promise &&
  typeof (value as Partial<ApiPromise>).parseResponse === 'function' &&
  typeof (value as Partial<ApiPromise>).responsePromise?.then === 'function';

const isStream = (value: unknown): value is IteratorStream =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Partial<IteratorStream>).iterator === 'function' &&
  Symbol.asyncIterator in value;

/** What is left of a promise that nobody waits for any more. */
interface Unclaimed {
  recording: Recording;
  /** `performance.now()` when the headers came. */
  respondedAt: number | undefined;
  /** The promise is gone, so that nobody can ask for the body. */
  isForgotten: boolean;
}

const forgotten = new FinalizationRegistry<Unclaimed>((unclaimed) => {
  unclaimed.isForgotten = true;
  const { recording, respondedAt } = unclaimed;
  // A request that is still under way ends its recording when its response comes.
  if (respondedAt !== undefined) recording.complete(undefined, respondedAt);
});

/**
 * Observes an API promise in place. The object stays the SDK's own, so every helper works; the body is read by the SDK alone,
 * when it would have been.
 */
export function observeApiPromise(promise: unknown, recording: Recording, options: ApiPromiseOptions): unknown {
  if (!isApiPromise(promise)) return observeValue(promise, recording, options.respond);

  const { responsePromise, parseResponse } = promise;
  const unclaimed: Unclaimed = { recording, respondedAt: undefined, isForgotten: false };
  let answer: ApiResponse | undefined;
  let isParsed = false;
  let isObserved = false;
  let wantsRaw = false;
  forgotten.register(promise, unclaimed, unclaimed);

  const endRaw = () => {
    forgotten.unregister(unclaimed);
    if (isParsed || recording.hasEnded) return;
    guard('raw response', () => completeRaw(answer?.response, recording, options));
  };

  // Replaced, not listened to beside: a rejection that nobody handles stays unhandled, and the async stack stays whole.
  promise.responsePromise = responsePromise.then(
    (received) => {
      answer = received;
      unclaimed.respondedAt = performance.now();
      guard('response headers', () => {
        const { response } = received;
        if (response) recording.setMetadata(options.metadata(response.status, response.headers));
      });
      if (wantsRaw) endRaw();
      else if (unclaimed.isForgotten) recording.complete();
      return received;
    },
    (error: unknown) => {
      forgotten.unregister(unclaimed);
      guard('error headers', () => {
        const { status, headers } = error as { status?: unknown; headers?: unknown };
        if (typeof status === 'number' && headers) recording.setMetadata(options.metadata(status, toHeaders(headers)));
      });
      recording.fail(error);
      throw error;
    },
  );

  const observeBody = (body: unknown): void => {
    if (isObserved) return;
    isObserved = true;
    guard('response', () => {
      const fold = isStream(body) && options.fold?.();
      if (fold) observeStream(body, recording, { fold, hide: options.hide });
      else recording.complete(guard('response mapping', () => options.respond(body)));
    });
  };

  const observeParsing = (parse: ApiPromise['parseResponse'], onBody: (body: unknown) => void) =>
    function (this: unknown, ...args: unknown[]): Promise<unknown> {
      isParsed = true;
      forgotten.unregister(unclaimed);
      return Reflect.apply(parse, this, args).then(
        (body: unknown) => {
          onBody(body);
          return body;
        },
        (error: unknown) => {
          recording.fail(error);
          throw error;
        },
      );
    };

  promise.parseResponse = observeParsing(parseResponse, observeBody);

  const watchDerived = (target: ApiPromise): void => {
    const { asResponse, _thenUnwrap } = target;
    override(target, 'asResponse', function (this: ApiPromise) {
      // `withResponse` asks for both, the parsed body first.
      if (this.parsedPromise === undefined) {
        wantsRaw = true;
        if (answer) endRaw();
      }
      return Reflect.apply(asResponse, this, []);
    });
    override(target, '_thenUnwrap', function (this: ApiPromise, transform: (...args: unknown[]) => unknown) {
      const observed = (...args: unknown[]) => {
        observeBody(args[0]);
        return transform(...args);
      };
      const derived = Reflect.apply(_thenUnwrap, this, [observed]);
      guard('derived promise', () => {
        // Since 7.5x of openai a derived promise starts from the response again, and the one that it comes from may be gone.
        if (derived.responsePromise !== promise.responsePromise) {
          derived.responsePromise = promise.responsePromise;
          derived.parseResponse = observeParsing(derived.parseResponse, () => undefined);
          forgotten.unregister(unclaimed);
          if (!isParsed) forgotten.register(derived, unclaimed, unclaimed);
        }
        watchDerived(derived);
      });
      return derived;
    });
  };
  guard('api promise', () => watchDerived(promise));
  return promise;
}

function override(target: object, name: string, value: (...args: never[]) => unknown): void {
  Object.defineProperty(target, name, { configurable: true, writable: true, value });
}

/** A raw response belongs to the application. A JSON body is read from a copy of it; of anything else the headers must do. */
function completeRaw(response: Response | undefined, recording: Recording, options: ApiPromiseOptions): void {
  const isJson = /\bjson\b/i.test(response?.headers.get('content-type') ?? '');
  if (!isJson || !(response instanceof Response) || response.bodyUsed) {
    recording.complete();
    return;
  }
  response
    .clone()
    .json()
    .then(
      (body: unknown) => recording.complete(guard('response mapping', () => options.respond(body))),
      () => recording.complete(),
    );
}

function toHeaders(headers: object): Headers {
  if (headers instanceof Headers) return headers;
  const result = new Headers();
  for (const [name, value] of Object.entries(headers)) if (typeof value === 'string') result.set(name, value);
  return result;
}

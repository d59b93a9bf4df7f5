import { readField } from '../errors/error-type.ts';
import { guard } from '../guard.ts';
import type { Recording } from '../recording/recording.ts';
import type { OperationResponse, ResponseMetadata, StreamFold } from '../vocabulary/index.ts';
import { hiddenField } from './hidden-field.ts';
import { observeValue } from './observe-promise.ts';
import { type IteratorStream, observeStream } from './observe-stream.ts';
import { type MethodSubscriber, wrapMethod } from './wrap-method.ts';

/**
 * The promise of Stainless SDKs: the request is under way at once, the body is parsed when somebody waits for it, and helpers
 * derive further promises from the same response.
 */
interface ApiPromise {
  responsePromise: Promise<ApiResponse>;
  parseResponse: (...args: unknown[]) => Promise<unknown>;
  parsedPromise?: Promise<unknown>;
  asResponse(): Promise<unknown>;
  _thenUnwrap(...args: unknown[]): ApiPromise;
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

/** A response that nobody has asked for yet. */
interface Unclaimed {
  recording: Recording;
  /** `performance.now()` when the headers came. */
  respondedAt: number;
}

const forgotten = new FinalizationRegistry<Unclaimed>(({ recording, respondedAt }) =>
  recording.complete(undefined, respondedAt),
);

/** The observers of promises, for the methods of their class. */
const observers = hiddenField<ApiPromiseObserver>();

/**
 * Observes an API promise in place. The object stays the SDK's own, so every helper works; the body is read by the SDK alone, when it
 * would have been.
 */
export function observeApiPromise(promise: unknown, recording: Recording, options: ApiPromiseOptions): unknown {
  if (!isApiPromise(promise)) return observeValue(promise, recording, options.respond);
  new ApiPromiseObserver(promise, recording, options);
  return promise;
}

class ApiPromiseObserver {
  private readonly recording: Recording;
  private readonly options: ApiPromiseOptions;
  private readonly responsePromise: Promise<ApiResponse>;
  /** The promise and what was derived from it, until the response is here. */
  private targets: ApiPromise[] = [];
  private unclaimed: Unclaimed | undefined;
  private hasResponse = false;
  private wantsRaw = false;
  private isParsed = false;
  private isObserved = false;

  constructor(promise: ApiPromise, recording: Recording, options: ApiPromiseOptions) {
    this.recording = recording;
    this.options = options;
    // Replaced, not listened to beside: a rejection that nobody handles stays unhandled, and the async stack stays whole.
    this.responsePromise = promise.responsePromise.then(
      (received) => {
        guard('response headers', () => this.onResponse(received));
        return received;
      },
      (error: unknown) => {
        guard('error headers', () => this.onRejection(error));
        recording.fail(error);
        throw error;
      },
    );
    promise.responsePromise = this.responsePromise;
    promise.parseResponse = this.observeParsing(promise.parseResponse, (body) => this.onBody(body));
    this.watch(promise);
  }

  /** The application asks for the raw response. `withResponse` does so too, after it has asked for the body. */
  onRaw(target: ApiPromise): void {
    if (target.parsedPromise !== undefined) return;
    this.wantsRaw = true;
    if (this.hasResponse) this.endRaw();
  }

  /** Helpers derive promises with a body of their own. */
  derive(target: ApiPromise, original: ApiPromise['_thenUnwrap'], args: unknown[]): ApiPromise {
    const [transform, ...rest] = args;
    if (typeof transform !== 'function') return Reflect.apply(original, target, args);
    const observed = (...results: unknown[]): unknown => {
      this.onBody(results[0]);
      return Reflect.apply(transform, undefined, results);
    };
    const derived = Reflect.apply(original, target, [observed, ...rest]);
    guard('derived promise', () => {
      // Since 7.5x of openai a derived promise starts from the response again.
      if (derived.responsePromise !== this.responsePromise) {
        derived.responsePromise = this.responsePromise;
        derived.parseResponse = this.observeParsing(derived.parseResponse, () => undefined);
      }
      this.watch(derived);
    });
    return derived;
  }

  private watch(target: ApiPromise): void {
    observers.add(target, this);
    if (this.hasResponse) {
      if (!this.isParsed) this.await(target);
    } else {
      this.targets.push(target);
    }
    watchClass(Object.getPrototypeOf(target));
    if (Object.hasOwn(target, '_thenUnwrap')) {
      const original = target._thenUnwrap;
      target._thenUnwrap = (...args: unknown[]) => this.derive(target, original, args);
    }
  }

  private onResponse({ response }: ApiResponse): void {
    const { targets } = this;
    this.hasResponse = true;
    this.targets = [];
    if (response) this.recording.setMetadata(this.options.metadata(response.status, response.headers));
    // Who waits for the body gets it, whoever has asked for the raw response as well.
    if (targets.some(({ parsedPromise }) => parsedPromise !== undefined)) return;
    if (this.wantsRaw) {
      this.endRaw();
    } else {
      // The one that was derived last keeps the others, or is the only one that the application still has.
      this.await(targets.at(-1) as ApiPromise);
    }
  }

  private onRejection(error: unknown): void {
    this.targets = [];
    const status = readField(error, 'status');
    const headers = readField(error, 'headers');
    if (typeof status !== 'number' || typeof headers !== 'object' || headers === null) return;
    this.recording.setMetadata(this.options.metadata(status, toHeaders(headers)));
  }

  private onBody(body: unknown): void {
    if (this.isObserved) return;
    this.isObserved = true;
    guard('response', () => {
      const fold = isStream(body) && this.options.fold?.();
      if (fold) observeStream(body, this.recording, { fold, hide: this.options.hide });
      else this.recording.complete(guard('response mapping', () => this.options.respond(body)));
    });
  }

  private observeParsing(
    parse: ApiPromise['parseResponse'],
    onBody: (body: unknown) => void,
  ): ApiPromise['parseResponse'] {
    // A proxy, so that the function looks as it does without us.
    return new Proxy(parse, {
      apply: (target, self, args) => {
        this.isParsed = true;
        this.claim();
        return Reflect.apply(target, self, args).then(
          (body: unknown) => {
            onBody(body);
            return body;
          },
          (error: unknown) => {
            this.recording.fail(error);
            throw error;
          },
        );
      },
    });
  }

  /** Nobody has asked for the body yet. When the promise is gone, nobody will. */
  private await(target: ApiPromise): void {
    this.claim();
    this.unclaimed = { recording: this.recording, respondedAt: performance.now() };
    forgotten.register(target, this.unclaimed, this.unclaimed);
  }

  private claim(): void {
    if (this.unclaimed) forgotten.unregister(this.unclaimed);
    this.unclaimed = undefined;
  }

  /** A raw response belongs to the application: nothing but its headers is ours to read. */
  private endRaw(): void {
    this.claim();
    if (!this.isParsed) this.recording.complete();
  }
}

const watchedClasses = new WeakSet<object>();

/** The methods are wrapped on the class, so that a promise looks as it does without us. */
function watchClass(prototype: object | null): void {
  if (prototype === null || watchedClasses.has(prototype)) return;
  watchedClasses.add(prototype);
  for (let owner: object | null = prototype; owner !== null; owner = Object.getPrototypeOf(owner)) {
    for (const [name, subscriber] of Object.entries(promiseMethods)) {
      if (Object.hasOwn(owner, name)) wrapMethod(owner, name, subscriber);
    }
  }
}

const promiseMethods: Record<'asResponse' | '_thenUnwrap', MethodSubscriber> = {
  asResponse: {
    isEnabled: () => true,
    call: (target, args, original) => {
      guard('raw response', () => observers.get(target as object)?.onRaw(target as ApiPromise));
      return Reflect.apply(original, target, args);
    },
  },
  _thenUnwrap: {
    isEnabled: () => true,
    call: (target, args, original) => {
      const observer = observers.get(target as object);
      if (observer === undefined) return Reflect.apply(original, target, args);
      return observer.derive(target as ApiPromise, original as ApiPromise['_thenUnwrap'], args);
    },
  },
};

function toHeaders(headers: object): Headers {
  if (headers instanceof Headers) return headers;
  const result = new Headers();
  for (const [name, value] of Object.entries(headers)) if (typeof value === 'string') result.set(name, value);
  return result;
}

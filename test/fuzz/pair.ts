import { createRequire } from 'node:module';
import { inspect, isDeepStrictEqual } from 'node:util';
import { OpenAIInstrumentation } from '@genai-otel/instrumentation-openai';
import type { DiagLogger } from '@opentelemetry/api';
import { context, DiagLogLevel, diag } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import type OpenAI from 'openai';
import type { ClientOptions } from 'openai';
import { type InMemoryRecorder, recordInMemory } from '../conformance/record.ts';

const require = createRequire(import.meta.url);

/** A copy of the SDK of its own: classes that no other copy shares. */
function loadSdk(): typeof OpenAI {
  for (const file of Object.keys(require.cache)) {
    if (/[\\/]node_modules[\\/]openai[\\/]/.test(file)) delete require.cache[file];
  }
  return (require('openai') as { OpenAI: typeof OpenAI }).OpenAI;
}

export interface Sdks {
  bare: OpenAI;
  /** Instrumented, with content left out and with content in spans and events. */
  instrumented: Record<'NO_CONTENT' | 'SPAN_AND_EVENT', OpenAI>;
  /** Waits until all recordings have ended, and tells how many spans started and ended since the last call. */
  spans(): Promise<{ started: number; ended: number }>;
  /** Faults of ours that were reported since the last call. */
  faults(): string[];
  close(): Promise<void>;
}

/** The SDK bare and instrumented, all with the same options. */
export function loadSdks(options: ClientOptions): Sdks {
  const memory: InMemoryRecorder = recordInMemory();
  const client = (Sdk: typeof OpenAI) =>
    new Sdk({ apiKey: 'sk-not-a-key', maxRetries: 0, logLevel: 'off', ...options });
  const instrumented = (captureContent: 'NO_CONTENT' | 'SPAN_AND_EVENT') => {
    const instrumentation = new OpenAIInstrumentation({ captureContent, captureUserId: true });
    instrumentation.setTracerProvider(memory.tracerProvider);
    instrumentation.setMeterProvider(memory.meterProvider);
    instrumentation.setLoggerProvider(memory.loggerProvider);
    return client(instrumentation.instrument(loadSdk()));
  };
  const bare = client(loadSdk());
  const heard: string[] = [];
  const ignore = () => undefined;
  const logger: DiagLogger = {
    error: (said) => void heard.push(said),
    warn: ignore,
    info: ignore,
    debug: ignore,
    verbose: ignore,
  };
  diag.setLogger(logger, { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  return {
    bare,
    instrumented: { NO_CONTENT: instrumented('NO_CONTENT'), SPAN_AND_EVENT: instrumented('SPAN_AND_EVENT') },
    async spans() {
      const deadline = performance.now() + 5000;
      while (openRecordings() > 0 && performance.now() < deadline) await new Promise(setImmediate);
      const { spans, creationAttributes } = await memory.collect();
      await memory.reset();
      return { started: creationAttributes.size, ended: spans.length };
    },
    faults: () => heard.splice(0),
    async close() {
      await memory.shutdown();
      diag.disable();
      context.disable();
    },
  };
}

function openRecordings(): number {
  const open = (globalThis as { [key: symbol]: Set<unknown> | undefined })[Symbol.for('genai_otel.open_recordings')];
  return open?.size ?? 0;
}

/** What an application saw of one call: the value, or what was thrown and whether at once; and the chunks before that. */
export interface Seen {
  value?: unknown;
  threw?: unknown;
  atOnce?: boolean;
  chunks?: unknown[];
}

export async function see(call: () => unknown): Promise<Seen> {
  let promise: unknown;
  try {
    promise = call();
  } catch (error) {
    return { threw: describeError(error), atOnce: true };
  }
  try {
    return { value: await promise };
  } catch (error) {
    return { threw: describeError(error), atOnce: false };
  }
}

/** Reads a stream, at most `most` chunks of it. */
export async function seeStream(call: () => unknown, most = Number.POSITIVE_INFINITY): Promise<Seen> {
  const chunks: unknown[] = [];
  const seen = await see(async () => {
    const stream = (await call()) as AsyncIterable<unknown>;
    if (most === 0) {
      await stream[Symbol.asyncIterator]().return?.();
      return 'left';
    }
    for await (const chunk of stream) {
      chunks.push(chunk);
      if (chunks.length >= most) return 'left';
    }
    return 'ended';
  });
  return { ...seen, chunks };
}

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { thrown: error };
  const { status, code, type, param, error: body } = error as Error & Record<string, unknown>;
  const cause = error.cause instanceof Error ? `${error.cause.name}: ${error.cause.message}` : error.cause;
  return { class: error.constructor.name, message: error.message, status, code, type, param, body, cause };
}

/** Names and values that every object inherits from the language: what a polluted prototype has more of. */
export function prototypes(): unknown {
  return [Object.prototype, Array.prototype, Function.prototype, Promise.prototype].map((prototype) =>
    Reflect.ownKeys(prototype).map(String),
  );
}

/** As `assert.deepStrictEqual`, but what is different is shown in short, also where it has megabytes. */
export function expectSame(seen: Seen, expected: Seen): void {
  if (isDeepStrictEqual(seen, expected)) return;
  const show = (value: Seen) => inspect(value, { depth: 8, maxStringLength: 500, maxArrayLength: 20 }).slice(0, 3000);
  throw new Error(`The application sees\n${show(seen)}\ninstead of\n${show(expected)}`);
}

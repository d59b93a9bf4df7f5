import { OpenAIInstrumentation, type OpenAIInstrumentationConfig } from '@genai-otel/instrumentation-openai';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import type { ClientOptions, OpenAI } from 'openai';
import { type InMemoryRecorded, type InMemoryRecorder, recordInMemory } from '../../../../test/conformance/record.ts';
import { type OpenAIServer, startOpenAIServer } from '../../../../test/support/openai-server.ts';
import { newest, type Sdk, sdks } from './sdks.ts';

export interface Harness {
  server: OpenAIServer;
  memory: InMemoryRecorder;
  instrumentation: OpenAIInstrumentation;
  /** A client of the test server. Scenarios may be named for all of its requests. */
  client(options?: Options, sdk?: Sdk): OpenAI;
  /** Sets the options and forgets what was recorded. */
  configure(config?: OpenAIInstrumentationConfig): Promise<void>;
  collect(): Promise<InMemoryRecorded>;
  /** Collects as soon as this many spans have ended. */
  collectSpans(count: number): Promise<InMemoryRecorded>;
  /** What every span to this server carries once an answer is here. */
  answered: Record<string, unknown>;
  close(): Promise<void>;
}

export interface Options extends ClientOptions {
  scenario?: string;
  test?: string;
}

/** No bundled prices: they change with their package. */
const DEFAULTS: OpenAIInstrumentationConfig = { prices: false };

/** A server and an instrumentation of every release of the SDK that records in memory. */
export async function startHarness(config: OpenAIInstrumentationConfig = {}): Promise<Harness> {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const server = await startOpenAIServer();
  const memory = recordInMemory();
  const instrumentation = new OpenAIInstrumentation({ ...DEFAULTS, ...config });
  record(instrumentation, memory);
  for (const sdk of sdks) instrumentSdk(instrumentation, sdk);
  const { port } = new URL(server.url);

  return {
    server,
    memory,
    instrumentation,
    client: ({ scenario, test, ...options } = {}, sdk = newest) =>
      new sdk.OpenAI({
        apiKey: 'sk-test',
        baseURL: server.url,
        ...options,
        defaultHeaders: {
          ...(scenario !== undefined && { 'x-scenario': scenario }),
          ...(test !== undefined && { 'x-test': test }),
          ...(options.defaultHeaders as Record<string, string>),
        },
      }),
    configure: async (next = {}) => {
      instrumentation.setConfig({ ...DEFAULTS, ...next });
      await memory.reset();
    },
    collect: () => memory.collect(),
    collectSpans: async (count) => {
      for (;;) {
        const recorded = await memory.collect();
        if (recorded.spans.length >= count) return recorded;
        await new Promise(setImmediate);
      }
    },
    answered: {
      'server.address': '127.0.0.1',
      'server.port': Number(port),
      'http.response.status_code': 200,
      'genai_otel.response.request_id': 'req_0123456789abcdef0123456789abcdef',
    },
    close: async () => {
      instrumentation.disable();
      await memory.shutdown();
      await server.close();
      context.disable();
      trace.disable();
    },
  };
}

export function record(instrumentation: OpenAIInstrumentation, memory: InMemoryRecorder): void {
  instrumentation.setTracerProvider(memory.tracerProvider);
  instrumentation.setMeterProvider(memory.meterProvider);
  instrumentation.setLoggerProvider(memory.loggerProvider);
}

/** As the module hook would, but for classes that are loaded already. */
export function instrumentSdk(instrumentation: OpenAIInstrumentation, sdk: Sdk): void {
  instrumentation.instrument(sdk.OpenAI);
  if (sdk.major > 4) return;
  const { Completions } = sdk.load('resources/beta/chat/completions');
  instrumentation.instrument({ BetaCompletions: Completions });
}

export const messages = [{ role: 'user' as const, content: 'What is the weather in Paris?' }];
export const chat = { model: 'gpt-4o-mini', messages };

export async function drain(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const chunks: unknown[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

// Drops what its argument says, calls the garbage collector, and prints how the recordings ended.
import { registerHooks } from 'node:module';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';

// As the test runner does: the packages from their sources.
const sources: Record<string, string> = {
  '@genai-otel/core': '../../../core/src/index.ts',
  '@genai-otel/instrumentation-openai': '../../src/index.ts',
};
registerHooks({
  resolve: (specifier, context, next) => {
    const source = sources[specifier];
    return source === undefined ? next(specifier, context) : next(new URL(source, import.meta.url).href, context);
  },
});

const { chat, instrumentSdk, record } = await import('../support/harness.ts');
const { newest } = await import('../support/sdks.ts');
const { recordInMemory } = await import('../../../../test/conformance/record.ts');
const { OpenAIInstrumentation } = await import('@genai-otel/instrumentation-openai');

const [, , baseURL, what] = process.argv;
const memory = recordInMemory();
const instrumentation = new OpenAIInstrumentation({ prices: false });
record(instrumentation, memory);
instrumentSdk(instrumentation, newest);

const client = new newest.OpenAI({ apiKey: 'sk-test', baseURL: baseURL ?? '' });
const create = () => client.chat.completions.create({ ...chat, stream: true, stream_options: { include_usage: true } });

const read = async (iterator: AsyncIterator<unknown>, chunks: number) => {
  for (let seen = 0; seen < chunks; seen++) await iterator.next();
};

const drop: Record<string, () => Promise<unknown>> = {
  unread: async () => void (await create()),
  'half-read': async () => read((await create())[Symbol.asyncIterator](), 3),
  tee: async () => {
    const [left] = (await create()).tee();
    await read(left[Symbol.asyncIterator](), 2);
  },
  forgotten: async () => void client.chat.completions.create(chat),
  'forgotten-helper': async () => void client.chat.completions.parse(chat),
  iterator: async () => (await create())[Symbol.asyncIterator](),
};

const kept = await drop[what ?? '']?.();

let spans: ReadableSpan[] = [];
for (let turn = 0; turn < 200 && spans.length === 0; turn++) {
  // Not for the time itself: finalizers run in tasks of their own, and the answer has to come first.
  await new Promise((resolve) => setTimeout(resolve, 5));
  globalThis.gc?.();
  if (what === 'iterator' && turn === 5) await read(kept as AsyncIterator<unknown>, 9);
  ({ spans } = await memory.collect());
}

console.log(
  JSON.stringify(
    spans.map(({ name, ended, attributes }) => ({
      name,
      ended,
      cancelled: attributes['genai_otel.operation.cancelled'],
      id: attributes['gen_ai.response.id'],
      outputTokens: attributes['gen_ai.usage.output_tokens'],
      ...(what?.startsWith('forgotten') && { status: attributes['http.response.status_code'] }),
    })),
  ),
);
process.exit(0);

import { createRequire } from 'node:module';
import { OpenAIInstrumentation } from '@genai-otel/instrumentation-openai';
import type { OpenAI } from 'openai';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { recordInMemory } from '../../../test/conformance/record.ts';
import { chat, drain, type Harness, record, startHarness } from './support/harness.ts';
import { total } from './support/recorded.ts';
import { newest } from './support/sdks.ts';

let harness: Harness;

beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.close());

const tokens = async (spanCount: number) => {
  const recorded = await harness.collectSpans(spanCount);
  const onSpans = (name: string) =>
    recorded.spans.reduce((sum, { attributes }) => sum + Number(attributes[name] ?? 0), 0);
  const inMetrics = (type: string) => total(recorded, 'gen_ai.client.token.usage', { 'gen_ai.token.type': type }).sum;
  expect(recorded.spans).toHaveLength(spanCount);
  expect(total(recorded, 'gen_ai.client.operation.duration').count).toBe(
    recorded.spans.filter(({ name }) => !name.startsWith('execute_tool')).length,
  );
  expect(onSpans('gen_ai.usage.input_tokens')).toBe(inMetrics('input'));
  expect(onSpans('gen_ai.usage.output_tokens')).toBe(inMetrics('output'));
  return [inMetrics('input'), inMetrics('output')];
};

const schema = { type: 'json_schema' as const, json_schema: { name: 'weather', strict: true, schema: {} } };
const body = { model: 'gpt-4o-mini', input: 'Hello' };

it('helpers over the same call count once', async () => {
  const client = harness.client();
  await client.chat.completions.parse({ ...chat, response_format: schema });
  await client.chat.completions.stream({ ...chat, stream_options: { include_usage: true } }).finalChatCompletion();
  await client.responses.parse(body);
  await client.responses.stream(body).finalResponse();
  await client.beta.threads.runs.createAndPoll('thread_1', { assistant_id: 'asst_1' });
  expect(await tokens(5)).toEqual([19 + 19 + 36 + 36 + 123, 10 + 10 + 20 + 20 + 45]);
});

it('a run of tools counts each call of the model once', async () => {
  const client = harness.client({ scenario: 'tool-calls' });
  const run = {
    type: 'function',
    function: { name: 'get_weather', parse: JSON.parse, parameters: {}, function: () => 'mild' },
  };
  await client.chat.completions.runTools({ ...chat, tools: [run] } as never).finalContent();
  expect(await tokens(3)).toEqual([38, 20]);
});

it('a response that was made in the background counts once, when it is seen finished', async () => {
  const client = harness.client();
  const { id } = await client.responses.create({ ...body, background: true });
  for (let polls = 0; polls < 4; polls++) await client.responses.retrieve(id);
  expect(await tokens(5)).toEqual([36, 20]);
});

it('a response in the background that is followed as a stream counts once', async () => {
  const client = harness.client();
  let id = '';
  for await (const event of await client.responses.create({ ...body, background: true, stream: true })) {
    if (event.type === 'response.created') {
      id = event.response.id;
      break;
    }
  }
  await drain(await client.responses.retrieve(id, { stream: true }));
  await client.responses.retrieve(id);
  expect(await tokens(3)).toEqual([36, 20]);
});

it('what was stored is not counted again when it is fetched', async () => {
  const client = harness.client();
  const { id } = await client.responses.create(body);
  await client.responses.retrieve(id);
  await drain(await client.responses.retrieve(id, { stream: true }));
  const completion = await client.chat.completions.create({ ...chat, store: true });
  await client.chat.completions.retrieve(completion.id);
  expect(await tokens(5)).toEqual([36 + 19, 20 + 10]);
});

it('a promise that is waited for more than once counts once', async () => {
  const promise = harness.client().chat.completions.create(chat);
  await Promise.all([promise, promise, promise.withResponse(), promise.asResponse()]);
  expect(await tokens(1)).toEqual([19, 10]);
});

it('a class that is instrumented again counts once', async () => {
  harness.instrumentation.instrument(newest.OpenAI);
  harness.instrumentation.instrument(class MyOpenAI extends newest.OpenAI {});
  await harness.client().chat.completions.create(chat);
  expect(await tokens(1)).toEqual([19, 10]);
});

it('two instrumentations count once, and the second takes over when the first is disabled', async () => {
  const other = recordInMemory();
  const second = new OpenAIInstrumentation({ prices: false });
  record(second, other);
  second.instrument(newest.OpenAI);
  const client = harness.client();

  await client.chat.completions.create(chat);
  expect(await tokens(1)).toEqual([19, 10]);
  expect((await other.collect()).spans).toEqual([]);

  harness.instrumentation.disable();
  await client.chat.completions.create(chat);
  expect((await harness.collect()).spans).toHaveLength(1);
  expect((await other.collect()).spans).toHaveLength(1);
  second.disable();
  await other.shutdown();
});

it('both copies of the package in one process count once each', async () => {
  const { OpenAI: Required } = createRequire(import.meta.url)('openai') as { OpenAI: typeof OpenAI };
  expect(Required).not.toBe(newest.OpenAI);
  harness.instrumentation.instrument(Required);
  await new Required({ apiKey: 'sk-test', baseURL: harness.server.url }).chat.completions.create(chat);
  await harness.client().chat.completions.create(chat);
  expect(await tokens(2)).toEqual([38, 20]);
});

it('switches take effect at once', async () => {
  const client = harness.client();
  harness.instrumentation.disable();
  await client.chat.completions.create(chat);
  expect((await harness.collect()).spans).toEqual([]);

  harness.instrumentation.enable();
  await client.chat.completions.create(chat);
  expect((await harness.collect()).spans).toHaveLength(1);

  harness.instrumentation.setConfig({ prices: false, captureContent: 'SPAN_ONLY', captureUserId: true });
  await client.chat.completions.create({ ...chat, user: 'user-1' });
  const [before, after] = (await harness.collect()).spans;
  expect(before?.attributes).not.toHaveProperty('gen_ai.input.messages');
  expect(after?.attributes).toHaveProperty('gen_ai.input.messages');
  expect(after?.attributes['user.id']).toBe('user-1');
});

it('own prices give the cost of the call, exactly, and no price gives none', async () => {
  await harness.configure({ prices: { 'gpt-4o-mini-2024-07-18': { input: 1, cacheRead: 0.5, output: 10 } } });
  await harness.client().chat.completions.create(chat);
  await harness.client().chat.completions.create({ ...chat, model: 'nobody-knows' });
  const recorded = await harness.collectSpans(2);
  const cost = ((19 - 8) * 1 + 8 * 0.5 + 10 * 10) / 1_000_000;
  expect(recorded.spans.map(({ attributes }) => attributes['genai_otel.usage.cost'])).toEqual([cost, undefined]);
  expect(total(recorded, 'genai_otel.client.operation.cost')).toEqual({ sum: cost, count: 1 });
});

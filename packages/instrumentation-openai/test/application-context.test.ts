import { withGenAIContext } from '@genai-otel/core';
import { type Context, context, propagation, trace } from '@opentelemetry/api';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { chat, drain, type Harness, startHarness } from './support/harness.ts';
import { only } from './support/recorded.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await startHarness();
});
beforeEach(() => harness.configure());
afterAll(() => harness.close());

const call = () => harness.client().chat.completions.create(chat);
const attributesOf = async (count = 1) => (await harness.collectSpans(count)).spans.map(({ attributes }) => attributes);

const mine = {
  conversationId: 'conversation-1',
  userId: 'user-1',
  sessionId: 'session-1',
  tags: ['a', 'b'],
  attributes: { 'app.tenant': 'acme' },
};
const written = {
  'gen_ai.conversation.id': 'conversation-1',
  'user.id': 'user-1',
  'session.id': 'session-1',
  'genai_otel.tags': ['a', 'b'],
  'app.tenant': 'acme',
};

it('is on every recording below it, across await and timers', async () => {
  await withGenAIContext(mine, async () => {
    await call();
    await new Promise((resolve) => setTimeout(resolve, 1));
    await call();
    await new Promise<void>((resolve) => setTimeout(() => void call().then(() => resolve()), 1));
  });
  await call();
  const [first, second, third, outside] = await attributesOf(4);
  for (const inside of [first, second, third]) expect(inside).toMatchObject(written);
  for (const name of Object.keys(written)) expect(outside).not.toHaveProperty([name]);
});

it('stays with a stream that is read outside of it', async () => {
  const stream = await withGenAIContext(mine, () =>
    harness.client().chat.completions.create({ ...chat, stream: true }),
  );
  await withGenAIContext({ conversationId: 'another' }, () => drain(stream));
  expect((await attributesOf())[0]).toMatchObject(written);
});

it('keeps parallel contexts apart', async () => {
  await Promise.all(
    ['one', 'two', 'three'].map((conversationId) => withGenAIContext({ conversationId }, async () => call())),
  );
  const seen = (await attributesOf(3)).map((attributes) => attributes['gen_ai.conversation.id']);
  expect(seen.sort()).toEqual(['one', 'three', 'two']);
});

it('adds to the outer one, and the inner value wins', async () => {
  await withGenAIContext(mine, () =>
    withGenAIContext({ sessionId: 'session-2', tags: ['b', 'c'], attributes: { 'app.user': 'ada' } }, async () =>
      call(),
    ),
  );
  expect((await attributesOf())[0]).toMatchObject({
    ...written,
    'session.id': 'session-2',
    'genai_otel.tags': ['a', 'b', 'c'],
    'app.user': 'ada',
  });
});

it('gives back what its function returns or throws', () => {
  expect(withGenAIContext(mine, () => 42)).toBe(42);
  const error = new Error('mine');
  expect(() =>
    withGenAIContext(mine, () => {
      throw error;
    }),
  ).toThrow(error);
});

it('the conversation of a request wins over that of the context', async () => {
  await withGenAIContext(mine, async () =>
    harness.client().responses.create({ model: 'gpt-4o-mini', input: 'Hello', conversation: 'conv_9' }),
  );
  expect((await attributesOf())[0]?.['gen_ai.conversation.id']).toBe('conv_9');
});

it('hashes the user where the policy says so', async () => {
  await harness.configure({ hashUserIds: { salt: 'pepper' } });
  await withGenAIContext(mine, async () => call());
  expect((await attributesOf())[0]?.['user.id']).toMatch(/^[0-9a-f]{64}$/);
});

it('is not on metrics: it has a value for every user', async () => {
  await withGenAIContext(mine, async () => call());
  const { metrics } = await harness.collectSpans(1);
  expect(JSON.stringify(metrics.map(({ scopeMetrics }) => scopeMetrics))).not.toMatch(
    /conversation-1|user-1|session-1|acme/,
  );
});

it('is baggage only where that is asked for', async () => {
  const baggage = () =>
    propagation
      .getActiveBaggage()
      ?.getAllEntries()
      .map(([key, { value }]) => [key, value]);
  expect(withGenAIContext(mine, baggage)).toBeUndefined();
  expect(withGenAIContext(mine, baggage, { baggage: true })).toEqual([
    ['gen_ai.conversation.id', 'conversation-1'],
    ['user.id', 'user-1'],
    ['session.id', 'session-1'],
  ]);
  expect(baggage()).toBeUndefined();
});

it('the span of a call is below the active one, and what the SDK does is below the call', async () => {
  const tracer = harness.memory.tracerProvider.getTracer('app');
  let below: Context | undefined;
  const fetch: typeof globalThis.fetch = (input, init) => {
    below = context.active();
    return globalThis.fetch(input, init);
  };
  await tracer.startActiveSpan('request', async (parent) => {
    await harness.client({ fetch }).chat.completions.create(chat);
    expect(trace.getActiveSpan()).toBe(parent);
    parent.end();
    const { spans } = await harness.collectSpans(2);
    const span = only(spans.filter(({ name }) => name.startsWith('chat')));
    expect(span.parentSpanContext?.spanId).toBe(parent.spanContext().spanId);
    expect(below && trace.getSpan(below)?.spanContext().spanId).toBe(span.spanContext().spanId);
  });
});

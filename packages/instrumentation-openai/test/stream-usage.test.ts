import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { chat, drain, type Harness, startHarness } from './support/harness.ts';
import { only, total } from './support/recorded.ts';
import { type Sdk, sdks } from './support/sdks.ts';

let harness: Harness;
let tests = 0;

beforeAll(async () => {
  harness = await startHarness();
});
beforeEach(() => harness.configure({ injectStreamUsage: true }));
afterAll(() => harness.close());

/** A client, and what its requests carried as `stream_options`. */
function observed(sdk?: Sdk) {
  const test = `usage-${tests++}`;
  return {
    client: harness.client({ test }, sdk),
    sent: () =>
      harness.server.requests
        .filter((request) => request.test === test)
        .map(({ body }) => (body as { stream_options?: unknown }).stream_options),
  };
}

const usageOf = async (count = 1) => {
  const recorded = await harness.collectSpans(count);
  expect(total(recorded, 'gen_ai.client.token.usage', { 'gen_ai.token.type': 'input' })).toEqual({ sum: 19, count: 1 });
  return only(recorded.spans).attributes['gen_ai.usage.output_tokens'];
};

const withoutUsage = (chunks: unknown[]) => {
  const all = chunks as { choices: unknown[]; usage?: unknown }[];
  expect(all.every(({ choices, usage }) => choices.length > 0 && (usage === undefined || usage === null))).toBe(true);
  return all;
};

it.each(sdks)('is asked for, recorded and kept from the application: openai $version', async (sdk) => {
  const { client, sent } = observed(sdk);
  const body = { ...chat, stream: true as const };
  const chunks = await drain(await client.chat.completions.create(body));
  expect(withoutUsage(chunks)).toHaveLength(7);
  expect(sent()).toEqual([{ include_usage: true }]);
  expect(body).toEqual({ ...chat, stream: true });
  expect(await usageOf()).toBe(10);
});

it('keeps the other stream options', async () => {
  const { client, sent } = observed();
  const stream_options = { include_obfuscation: false };
  await drain(await client.chat.completions.create({ ...chat, stream: true, stream_options }));
  expect(sent()).toEqual([{ include_obfuscation: false, include_usage: true }]);
  expect(stream_options).toEqual({ include_obfuscation: false });
});

it('is hidden from both branches of a tee', async () => {
  const { client } = observed();
  const [left, right] = (await client.chat.completions.create({ ...chat, stream: true })).tee();
  const [a, b] = await Promise.all([drain(left), drain(right)]);
  expect(withoutUsage(a)).toHaveLength(7);
  expect(b).toEqual(a);
  expect(await usageOf()).toBe(10);
});

it('is hidden from a web stream', async () => {
  const { client } = observed();
  const stream = (await client.chat.completions.create({ ...chat, stream: true })).toReadableStream();
  const text = await new Response(stream as unknown as ReadableStream).text();
  withoutUsage(
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  );
  expect(await usageOf()).toBe(10);
});

it('is hidden from the stream helper', async () => {
  const { client } = observed();
  const helper = client.chat.completions.stream(chat);
  const seen: unknown[] = [];
  helper.on('chunk', (chunk) => seen.push(chunk));
  const final = await helper.finalChatCompletion();
  withoutUsage(seen);
  expect(final.usage ?? undefined).toBeUndefined();
  expect(await usageOf()).toBe(10);
});

it('is the application’s own where it asked for it, or against it', async () => {
  const asking = observed();
  const chunks = await drain(
    await asking.client.chat.completions.create({ ...chat, stream: true, stream_options: { include_usage: true } }),
  );
  expect(chunks).toHaveLength(8);
  expect(asking.sent()).toEqual([{ include_usage: true }]);

  const declining = observed();
  await drain(
    await declining.client.chat.completions.create({ ...chat, stream: true, stream_options: { include_usage: false } }),
  );
  expect(declining.sent()).toEqual([{ include_usage: false }]);
});

it('is not asked for where nothing streams, or where the option is off', async () => {
  const whole = observed();
  await whole.client.chat.completions.create(chat);
  expect(whole.sent()).toEqual([undefined]);

  await harness.configure();
  const off = observed();
  await drain(await off.client.chat.completions.create({ ...chat, stream: true }));
  expect(off.sent()).toEqual([undefined]);
});

it('reaches legacy completions, and no other streams', async () => {
  const { client, sent } = observed();
  const chunks = await drain(
    await client.completions.create({ model: 'gpt-3.5-turbo-instruct', prompt: 'Say', stream: true }),
  );
  withoutUsage(chunks);
  await drain(await client.responses.create({ model: 'gpt-4o-mini', input: 'Hello', stream: true }));
  expect(sent()).toEqual([{ include_usage: true }, undefined]);
});

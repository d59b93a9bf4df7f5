import type { OpenAI } from 'openai';
import { zodFunction } from 'openai/helpers/zod';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { chat, type Harness, startHarness } from './support/harness.ts';
import { content, total } from './support/recorded.ts';
import { type Sdk, sdks } from './support/sdks.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await startHarness();
});
beforeEach(() => harness.configure({ captureContent: 'SPAN_ONLY' }));
afterAll(() => harness.close());

const runTools = (client: OpenAI, { major }: Sdk) =>
  (major < 5 ? (client.beta as unknown as OpenAI) : client).chat.completions;

const tool = (run: (args: { city: string }) => unknown) => ({
  type: 'function' as const,
  function: {
    name: 'get_weather',
    description: 'The weather of a city',
    parse: JSON.parse,
    parameters: { type: 'object' },
    function: run as never,
  },
});

describe.each(sdks)('openai $version', (sdk) => {
  const scenario = (names: string) => runTools(harness.client({ scenario: names }, sdk), sdk);

  it('each run of a tool is a span beside those of the model', async () => {
    const tools = [tool(({ city }) => ({ city, degrees: 21 }))];
    const run = scenario('tool-calls').runTools({ ...chat, tools } as never);
    expect(await run.finalContent()).toBe('The weather in Paris is mild: 21 °C ☀️.');

    const { spans } = await harness.collectSpans(3);
    expect(spans.map(({ name, kind }) => [name, kind])).toEqual([
      ['chat gpt-4o-mini', 2],
      ['execute_tool get_weather', 0],
      ['chat gpt-4o-mini', 2],
    ]);
    const [, executed] = spans;
    expect(executed?.attributes).toEqual({
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'get_weather',
      'gen_ai.tool.type': 'function',
      'gen_ai.tool.description': 'The weather of a city',
      'gen_ai.tool.call.id': 'call_a',
      'gen_ai.tool.call.arguments': '{"city":"Paris"}',
      'gen_ai.tool.call.result': '{"city":"Paris","degrees":21}',
    });
  });

  it('a tool that fails marks its own span, and the model is told', async () => {
    const tools = [
      tool(() => {
        throw new RangeError('no such city');
      }),
    ];
    const run = scenario('tool-calls').runTools({ ...chat, tools } as never);
    const outcome = await run.finalContent().then(
      () => undefined,
      (error: unknown) => error,
    );
    // Since 5.0 the error ends the run; whatever the SDK does, it is the application's own error.
    if (outcome !== undefined) expect(String(outcome)).toContain('no such city');
    const { spans } = await harness.collectSpans(2);
    const executed = spans.find(({ name }) => name === 'execute_tool get_weather');
    expect(executed?.status).toEqual({ code: 2, message: 'no such city' });
    expect(executed?.attributes['error.type']).toBe('RangeError');
  });

  it('what a tool calls itself is below its span', async () => {
    const inner = harness.client({}, sdk);
    const tools = [tool(async () => (await inner.embeddings.create({ model: 'm', input: 'x' })).data.length)];
    await scenario('tool-calls')
      .runTools({ ...chat, tools } as never)
      .finalContent();
    const { spans } = await harness.collectSpans(4);
    const executed = spans.find(({ name }) => name === 'execute_tool get_weather');
    const embedding = spans.find(({ name }) => name === 'embeddings m');
    expect(embedding?.parentSpanContext?.spanId).toBe(executed?.spanContext().spanId);
    expect(embedding?.spanContext().traceId).toBe(executed?.spanContext().traceId);
  });
});

it('parallel calls are told apart by their ids, streamed too', async () => {
  const client = harness.client({ scenario: 'parallel-tool-calls' });
  const named = (name: string) => ({ ...tool(() => name), function: { ...tool(() => name).function, name } });
  const tools = [named('get_weather'), named('get_time')];
  const recordedIds: unknown[] = [];
  for (const stream of [false, true]) {
    await harness.configure();
    await client.chat.completions.runTools({ ...chat, tools, stream } as never).finalContent();
    const recorded = await harness.collectSpans(4);
    const executed = recorded.spans.filter(({ name }) => name.startsWith('execute_tool'));
    recordedIds.push(
      executed.map(({ attributes }) => [attributes['gen_ai.tool.name'], attributes['gen_ai.tool.call.id']]),
    );
    expect(total(recorded, 'gen_ai.execute_tool.duration').count).toBe(2);
    expect(total(recorded, 'gen_ai.client.operation.duration').count).toBe(2);
  }
  const ids = [
    ['get_weather', 'call_a'],
    ['get_time', 'call_b'],
  ];
  expect(recordedIds).toEqual([ids, ids]);
});

it('a tool of zodFunction is recorded, and stays what it was', async () => {
  const calls: unknown[] = [];
  const mine = zodFunction({
    name: 'get_weather',
    description: 'The weather of a city',
    parameters: z.object({ city: z.string() }),
    function: (args) => {
      calls.push(args);
      return 'mild';
    },
  });
  const before = Object.getOwnPropertyDescriptors(mine);
  await harness
    .client({ scenario: 'tool-calls' })
    .chat.completions.runTools({ ...chat, tools: [mine] })
    .finalContent();
  expect(Object.getOwnPropertyDescriptors(mine)).toEqual(before);
  expect(calls).toEqual([{ city: 'Paris' }]);
  const { spans } = await harness.collectSpans(3);
  expect(spans.map(({ name }) => name)).toContain('execute_tool get_weather');
  const executed = spans.find(({ name }) => name.startsWith('execute_tool'));
  expect(executed && content(executed, 'gen_ai.tool.call.arguments')).toEqual({ city: 'Paris' });
});

it('the body and the tools of the application are left alone', async () => {
  const run = () => 'mild';
  const mine = tool(run);
  const body = Object.freeze({ ...chat, tools: Object.freeze([Object.freeze(mine)]) });
  await harness
    .client({ scenario: 'tool-calls' })
    .chat.completions.runTools(body as never)
    .finalContent();
  expect(mine.function.function).toBe(run);
});

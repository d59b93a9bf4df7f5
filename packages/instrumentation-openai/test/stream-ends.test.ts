import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chat, drain, type Harness, startHarness } from './support/harness.ts';
import { only, parts, total } from './support/recorded.ts';
import { newest, sdks } from './support/sdks.ts';

let harness: Harness;
let tests = 0;

beforeAll(async () => {
  harness = await startHarness();
});
beforeEach(() => harness.configure({ captureContent: 'SPAN_ONLY' }));
afterAll(() => harness.close());

const stream = true as const;
const streaming = { ...chat, stream, stream_options: { include_usage: true } };

/** A client whose streams give an event each time that they may. */
function paced(sdk = newest) {
  const test = `paced-${tests++}`;
  return {
    test,
    client: harness.client({ scenario: 'gate', test }, sdk),
    advance: (count: number) => harness.server.advance(test, count),
  };
}

async function ended() {
  const recorded = await harness.collectSpans(1);
  const span = only(recorded.spans);
  expect(total(recorded, 'gen_ai.client.operation.duration').count).toBe(1);
  return {
    recorded,
    span,
    end:
      span.status.code === 2
        ? 'failed'
        : span.attributes['genai_otel.operation.cancelled'] === true
          ? 'cancelled'
          : 'completed',
  };
}

const firstWords = [{ type: 'text', content: 'The weather in Paris' }];

/** Each leaves the stream after its third chunk: the role, and two pieces of the text. */
const departures: Record<string, (iterable: AsyncIterable<unknown>, controller: AbortController) => Promise<void>> = {
  break: async (iterable) => {
    let seen = 0;
    for await (const _chunk of iterable) if (++seen === 3) break;
  },
  throw: async (iterable) => {
    let seen = 0;
    const reading = async () => {
      for await (const _chunk of iterable) if (++seen === 3) throw new Error('enough');
    };
    await expect(reading()).rejects.toThrow('enough');
  },
  'return of the iterator': async (iterable) => {
    const iterator = iterable[Symbol.asyncIterator]();
    for (let seen = 0; seen < 3; seen++) await iterator.next();
    await iterator.return?.();
  },
  'throw of the iterator': async (iterable) => {
    const iterator = iterable[Symbol.asyncIterator]();
    for (let seen = 0; seen < 3; seen++) await iterator.next();
    await iterator.throw?.(new Error('enough')).catch(() => undefined);
  },
  'abort of the stream’s controller': async (iterable) => {
    let seen = 0;
    for await (const _chunk of iterable) {
      if (++seen === 3) (iterable as unknown as { controller: AbortController }).controller.abort();
    }
  },
  'abort of the signal': async (iterable, controller) => {
    let seen = 0;
    const reading = async () => {
      for await (const _chunk of iterable) if (++seen === 3) controller.abort();
    };
    await reading().catch(() => undefined);
  },
};

describe.each(sdks)('openai $version', (sdk) => {
  it.each(Object.entries(departures))('a stream left by %s is cancelled with what was known', async (_name, leave) => {
    const { client, advance, test } = paced(sdk);
    const controller = new AbortController();
    advance(3);
    const answer = await client.chat.completions.create(streaming, { signal: controller.signal });
    await leave(answer, controller);
    const { span, end } = await ended();
    expect(end).toBe('cancelled');
    expect(span.attributes['gen_ai.response.id']).toBe('chatcmpl-1');
    expect(span.attributes['gen_ai.response.model']).toBe('gpt-4o-mini-2024-07-18');
    expect(span.attributes).not.toHaveProperty('gen_ai.usage.input_tokens');
    expect(parts(span)).toEqual(firstWords);
    expect((await harness.server.settled(test)).map(({ aborted }) => aborted)).toEqual([true]);
  });

  it('a stream that is read to its end is completed', async () => {
    await drain(await harness.client({}, sdk).chat.completions.create(streaming));
    expect((await ended()).end).toBe('completed');
  });

  it('a raw answer ends with its headers, and its body is the application’s alone', async () => {
    const response = await harness.client({}, sdk).chat.completions.create(chat).asResponse();
    const { span, end, recorded } = await ended();
    expect(end).toBe('completed');
    expect(span.attributes['http.response.status_code']).toBe(200);
    expect(span.attributes).not.toHaveProperty('gen_ai.response.id');
    expect(total(recorded, 'gen_ai.client.token.usage').count).toBe(0);
    expect(response.bodyUsed).toBe(false);
    expect(await response.json()).toHaveProperty('id', 'chatcmpl-1');
  });

  it('a raw stream ends with its headers, and stays the application’s to read', async () => {
    const response = await harness.client({}, sdk).chat.completions.create(streaming).asResponse();
    expect((await ended()).end).toBe('completed');
    expect(await response.text()).toContain('[DONE]');
  });

  it('an answer with its response beside it is one operation, whole or streamed', async () => {
    const client = harness.client({}, sdk);
    const whole = await client.chat.completions.create(chat).withResponse();
    expect(whole.response.status).toBe(200);
    const first = await ended();
    expect(first.end).toBe('completed');
    expect(first.span.attributes['gen_ai.usage.output_tokens']).toBe(10);

    await harness.configure({ captureContent: 'SPAN_ONLY' });
    const streamed = await client.chat.completions.create(streaming).withResponse();
    await drain(streamed.data);
    const second = await ended();
    expect(second.end).toBe('completed');
    expect(second.span.attributes['gen_ai.usage.output_tokens']).toBe(10);
  });
});

it('a stream left after its last word is completed: nothing was lost', async () => {
  let seen = 0;
  for await (const _chunk of await harness.client().chat.completions.create(streaming)) if (++seen === 8) break;
  const { span, end } = await ended();
  expect(end).toBe('completed');
  expect(span.attributes['gen_ai.usage.output_tokens']).toBe(10);
});

it('a stream left when one choice of two has not begun is cancelled', async () => {
  harness.server.handle('one-by-one', (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const send = (index: number, delta: object, finish_reason: string | null) =>
      response.write(
        `data: ${JSON.stringify({ id: 'chatcmpl-1', model: 'm', choices: [{ index, delta, finish_reason }] })}\n\n`,
      );
    send(0, { role: 'assistant', content: 'One' }, null);
    send(0, {}, 'stop');
    send(1, { role: 'assistant', content: 'Two' }, null);
    send(1, {}, 'stop');
    response.end('data: [DONE]\n\n');
  });
  let seen = 0;
  const answer = await harness.client({ scenario: 'one-by-one' }).chat.completions.create({ ...chat, n: 2, stream });
  for await (const _chunk of answer) if (++seen === 2) break;
  expect((await ended()).end).toBe('cancelled');
});

it('a tee of which one branch is dropped ends with the other', async () => {
  const [left] = (await harness.client().chat.completions.create(streaming)).tee();
  await drain(left);
  const { span, end } = await ended();
  expect(end).toBe('completed');
  expect(span.attributes['gen_ai.usage.output_tokens']).toBe(10);
});

it('a tee that both read counts each chunk once', async () => {
  const [left, right] = (await harness.client().chat.completions.create(streaming)).tee();
  expect(await Promise.all([drain(left), drain(right)])).toHaveLength(2);
  const { recorded, end } = await ended();
  expect(end).toBe('completed');
  expect(total(recorded, 'gen_ai.client.operation.time_per_output_chunk').count).toBe(7);
});

it('a web stream that is cancelled cancels', async () => {
  const { client, advance } = paced();
  advance(3);
  const answer = await client.chat.completions.create(streaming);
  const reader = (answer.toReadableStream() as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  await reader.cancel();
  expect((await ended()).end).toBe('cancelled');
});

it('a helper that is aborted cancels', async () => {
  const { client, advance } = paced();
  const helper = client.chat.completions.stream(chat);
  helper.on('error', () => undefined);
  helper.on('content', () => helper.abort());
  advance(3);
  await helper.done().catch(() => undefined);
  expect((await ended()).end).toBe('cancelled');
});

it('a connection that drops fails with the pieces that came', async () => {
  const client = harness.client({ scenario: 'drop-mid-stream' });
  await expect(client.chat.completions.create(streaming).then(drain)).rejects.toThrow();
  const { span, end } = await ended();
  expect(end).toBe('failed');
  expect(parts(span)).toEqual(firstWords);
});

it('a second reader of a used stream is refused by the SDK, and changes nothing', async () => {
  const answer = await harness.client().chat.completions.create(streaming);
  await drain(answer);
  await expect(drain(answer)).rejects.toThrow();
  expect((await ended()).end).toBe('completed');
});

describe('a streamed response', () => {
  const body = { model: 'gpt-4o-mini', input: 'Hello', stream };

  it('that is left keeps its finished items and the text that came', async () => {
    const { client, advance } = paced();
    advance(20);
    for await (const event of await client.responses.create(body)) {
      if (event.type === 'response.output_text.delta' && event.delta === ' in Paris') break;
    }
    const { span, end } = await ended();
    expect(end).toBe('cancelled');
    expect(span.attributes['gen_ai.response.id']).toBe('resp_1');
    expect(span.attributes['genai_otel.response.status']).toBe('in_progress');
    expect(parts(span)).toEqual(firstWords);
  });

  it('that is left after its last event is completed', async () => {
    for await (const event of await harness.client().responses.create(body)) {
      if (event.type === 'response.completed') break;
    }
    const { span, end } = await ended();
    expect(end).toBe('completed');
    expect(span.attributes['gen_ai.usage.input_tokens']).toBe(36);
  });

  it('keeps a refusal and a thought that were on their way', async () => {
    for (const [scenario, last] of [
      ['refusal', 'response.refusal.delta'],
      ['reasoning', 'response.reasoning_summary_text.delta'],
    ] as const) {
      await harness.configure({ captureContent: 'SPAN_ONLY' });
      for await (const event of await harness.client({ scenario }).responses.create(body)) {
        if (event.type === last) break;
      }
      const { span, end } = await ended();
      expect(end).toBe('cancelled');
      expect(parts(span)).toEqual([
        scenario === 'refusal'
          ? { type: 'refusal', content: "I'm sorry, I cann" }
          : { type: 'reasoning', content: 'The user asks f' },
      ]);
    }
  });
});

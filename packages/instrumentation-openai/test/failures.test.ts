import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chat, drain, type Harness, startHarness } from './support/harness.ts';
import { only, points, total } from './support/recorded.ts';
import { sdks } from './support/sdks.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await startHarness();
});
beforeEach(() => harness.configure());
afterAll(() => harness.close());

const failed = async () => {
  const recorded = await harness.collectSpans(1);
  const span = only(recorded.spans);
  expect(span.status.code).toBe(2);
  const type = span.attributes['error.type'];
  expect(points(recorded, 'gen_ai.client.operation.duration').map((point) => point.attributes['error.type'])).toEqual([
    type,
  ]);
  expect(points(recorded, 'gen_ai.client.token.usage')).toEqual([]);
  expect(recorded.logs.map(({ eventName }) => eventName)).toEqual(['gen_ai.client.operation.exception']);
  return { span, type, recorded };
};

describe.each(sdks)('openai $version', (sdk) => {
  it.each([
    { scenario: '429', type: 'rate_limit_exceeded', status: 429 },
    { scenario: 'insufficient-quota', type: 'insufficient_quota', status: 429 },
    { scenario: '401', type: 'invalid_api_key', status: 401 },
    { scenario: '400', type: 'invalid_value', status: 400 },
    { scenario: '404', type: 'model_not_found', status: 404 },
    { scenario: '422', type: 'invalid_request_error', status: 422 },
    { scenario: '500', type: 'server_error', status: 500 },
    { scenario: 'non-json-error', type: '502', status: 502 },
  ])('an answer of $status is told as $type', async ({ scenario, type, status }) => {
    const client = harness.client({ scenario, maxRetries: 0 }, sdk);
    await expect(client.chat.completions.create(chat)).rejects.toHaveProperty('status', status);
    const { span } = await failed();
    expect(span.attributes['error.type']).toBe(type);
    expect(span.attributes['http.response.status_code']).toBe(status);
    expect(span.attributes['genai_otel.response.request_id']).toBe('req_0123456789abcdef0123456789abcdef');
    expect(span.status.message).toBe(type);
  });

  it('an error without a body is told by its status', async () => {
    harness.server.handle('bare-500', (_request, response) => {
      response.writeHead(500);
      response.end();
    });
    const client = harness.client({ scenario: 'bare-500', maxRetries: 0 }, sdk);
    await expect(client.chat.completions.create(chat)).rejects.toHaveProperty('status', 500);
    expect((await failed()).type).toBe('500');
  });

  it('a connection that breaks is told as such', async () => {
    const client = harness.client({ scenario: 'reset', maxRetries: 0 }, sdk);
    await expect(client.chat.completions.create(chat)).rejects.toThrow();
    const { span, type } = await failed();
    expect(type).toBe('connection');
    expect(span.attributes).not.toHaveProperty('http.response.status_code');
  });

  it('a connection that is refused is told as such', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => closed.once('listening', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const client = harness.client({ baseURL: `http://127.0.0.1:${port}/v1`, maxRetries: 0 }, sdk);
    await expect(client.chat.completions.create(chat)).rejects.toThrow();
    expect((await failed()).type).toBe('connection');
  });

  it('no answer in time is told as a timeout', async () => {
    const client = harness.client({ scenario: 'slow-headers', maxRetries: 0, timeout: 20 }, sdk);
    await expect(client.chat.completions.create(chat)).rejects.toThrow();
    expect((await failed()).type).toBe('timeout');
  });

  it.each(['before', 'during'])('an abort %s the request is told as such', async (when) => {
    const controller = new AbortController();
    if (when === 'before') controller.abort();
    const client = harness.client({ scenario: 'slow-headers', test: `abort-${sdk.version}`, maxRetries: 0 }, sdk);
    const call = client.chat.completions.create(chat, { signal: controller.signal });
    call.catch(() => undefined);
    if (when === 'during') {
      while (!harness.server.requests.some(({ test }) => test === `abort-${sdk.version}`)) {
        await new Promise(setImmediate);
      }
      controller.abort();
    }
    await expect(call).rejects.toThrow();
    expect((await failed()).type).toBe('abort');
  });

  it('a body that cannot be read is told by what the reader calls it', async () => {
    const client = harness.client({ scenario: 'truncated-json', maxRetries: 0 }, sdk);
    await expect(client.chat.completions.create(chat)).rejects.toThrow();
    // node-fetch, under the 4.x, names the error itself.
    expect((await failed()).type).toBe(sdk.major < 5 ? 'invalid-json' : 'SyntaxError');
  });

  it.each(['null-body', 'array-body', 'empty-object', 'non-json', '204'])(
    'an answer that is no completion (%s) leaves no fault and no made-up value',
    async (scenario) => {
      await harness.client({ scenario }, sdk).chat.completions.create(chat);
      const recorded = await harness.collectSpans(1);
      const span = only(recorded.spans);
      expect(span.status.code).toBe(0);
      expect(Object.keys(span.attributes).filter((name) => /usage|response\.(id|model|finish)/.test(name))).toEqual([]);
      expect(points(recorded, 'gen_ai.client.token.usage')).toEqual([]);
    },
  );

  it('retries count as one operation, with their number', async () => {
    const client = harness.client({ scenario: '429-twice', test: `retry-${sdk.version}`, maxRetries: 3 }, sdk);
    await client.chat.completions.create(chat);
    const recorded = await harness.collectSpans(1);
    const span = only(recorded.spans);
    expect(span.status.code).toBe(0);
    expect(span.attributes['http.request.resend_count']).toBe(2);
    expect(span.attributes['http.response.status_code']).toBe(200);
    expect(total(recorded, 'genai_otel.client.operation.retries')).toEqual({ sum: 2, count: 1 });
    expect(total(recorded, 'gen_ai.client.operation.duration').count).toBe(1);
  });

  it('retries that did not help are told too', async () => {
    const client = harness.client({ scenario: '503', maxRetries: 1 }, sdk);
    await expect(client.chat.completions.create(chat)).rejects.toThrow();
    const { span } = await failed();
    expect(span.attributes['http.request.resend_count']).toBe(1);
  });

  it('a stream that the provider breaks off with an error fails with its code and keeps what is known', async () => {
    const client = harness.client({ scenario: 'error-event' }, sdk);
    await expect(client.chat.completions.create({ ...chat, stream: true }).then(drain)).rejects.toThrow();
    const { span, type } = await failed();
    expect(type).toBe('internal_error');
    expect(span.attributes['gen_ai.response.id']).toBe('chatcmpl-1');
    expect(span.attributes['gen_ai.response.time_to_first_chunk']).toBeGreaterThan(0);
  });

  it('a stream whose connection drops fails and keeps what is known', async () => {
    const client = harness.client({ scenario: 'drop-mid-stream' }, sdk);
    await expect(client.chat.completions.create({ ...chat, stream: true }).then(drain)).rejects.toThrow();
    const { span, type } = await failed();
    expect(type).toBe('connection');
    expect(span.attributes['gen_ai.response.model']).toBe('gpt-4o-mini-2024-07-18');
  });
});

it.each([true, false])('a response that failed fails with its code (stream: %s)', async (stream) => {
  const client = harness.client({ scenario: 'failed' });
  if (stream) await drain(await client.responses.create({ model: 'gpt-4o-mini', input: 'Hello', stream }));
  else await client.responses.create({ model: 'gpt-4o-mini', input: 'Hello' });
  const { span, type } = await failed();
  expect(type).toBe('server_error');
  expect(span.attributes['genai_otel.response.status']).toBe('failed');
  expect(span.attributes['gen_ai.response.finish_reasons']).toEqual(['error']);
});

it('an error event of a streamed response fails with its code', async () => {
  const client = harness.client({ scenario: 'error-event' });
  await client.responses
    .create({ model: 'gpt-4o-mini', input: 'Hello', stream: true })
    .then(drain)
    .catch(() => undefined);
  expect((await failed()).type).toBe('server_error');
});

it('a run that failed fails with its code', async () => {
  const client = harness.client({ scenario: 'failed' });
  await client.beta.threads.runs
    .stream('thread_1', { assistant_id: 'asst_1' })
    .finalRun()
    .catch(() => undefined);
  const { span, type } = await failed();
  expect(type).toBe('server_error');
  expect(span.attributes['gen_ai.response.finish_reasons']).toEqual(['error']);
});

it('a call that the SDK itself refuses fails', async () => {
  const { responses } = harness.client();
  await expect((async () => responses.retrieve('..'))()).rejects.toThrow();
  expect((await failed()).type).toBe('OpenAIError');
});

it('a helper whose request is refused leaves the error to whoever waits for it, and to nobody else', async () => {
  const unhandled: unknown[] = [];
  const listener = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', listener);
  try {
    const client = harness.client({ scenario: '401' });
    await expect(client.chat.completions.parse(chat)).rejects.toHaveProperty('status', 401);
    await expect(client.responses.parse({ model: 'gpt-4o-mini', input: 'Hello' })).rejects.toHaveProperty(
      'status',
      401,
    );
    await expect(client.responses.stream({ model: 'gpt-4o-mini', input: 'Hello' }).finalResponse()).rejects.toThrow();
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
    expect(unhandled).toEqual([]);
    expect((await harness.collect()).spans.map((span) => span.attributes['error.type'])).toEqual(
      Array(3).fill('invalid_api_key'),
    );
  } finally {
    process.off('unhandledRejection', listener);
  }
});

it('what the provider says is left of its limits is a gauge by type', async () => {
  // A gauge remembers: this one shall know of nothing else.
  await harness.close();
  harness = await startHarness();
  await harness.client().chat.completions.create(chat);
  const recorded = await harness.collectSpans(1);
  const { port } = new URL(harness.server.url);
  const attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o-mini',
    'server.address': '127.0.0.1',
    'server.port': Number(port),
  };
  expect(points(recorded, 'genai_otel.client.rate_limit.remaining')).toEqual([
    { attributes: { ...attributes, 'genai_otel.rate_limit.type': 'requests' }, sum: 9999, count: 1 },
    { attributes: { ...attributes, 'genai_otel.rate_limit.type': 'tokens' }, sum: 199000, count: 1 },
  ]);
});

it('operations in flight are counted in and out, also when they fail', async () => {
  const active = async () => total(await harness.memory.collect(), 'genai_otel.client.operation.active').sum;
  const stream = await harness.client().chat.completions.create({ ...chat, stream: true });
  const open = harness.client({ scenario: '401' }).chat.completions.create(chat);
  expect(await active()).toBe(2);
  await open.catch(() => undefined);
  await drain(stream);
  await harness.memory.reset();
  expect(await active()).toBe(0);
});

it('the exception event has the class and the frames, never the message', async () => {
  const client = harness.client({ scenario: 'quotes-prompt-and-key' });
  await expect(client.chat.completions.create(chat)).rejects.toThrow();
  const { recorded } = await failed();
  const [event] = recorded.logs;
  expect(event?.attributes).toEqual({
    'exception.type': 'BadRequestError',
    'exception.stacktrace': expect.stringMatching(/^BadRequestError\n\s+at /),
  });
  expect(event?.severityText).toBe('WARN');
});

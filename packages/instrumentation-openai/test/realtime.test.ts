import { once } from 'node:events';
import { createRequire } from 'node:module';
import { type AddressInfo, connect as connectPlainly } from 'node:net';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { type Harness, startHarness } from './support/harness.ts';
import { content, only, parts, total } from './support/recorded.ts';
import { newest, sdks } from './support/sdks.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await startHarness();
  harness.instrumentation.instrument(OpenAIRealtimeWS);
});
beforeEach(() => harness.configure({ captureContent: 'SPAN_ONLY' }));
afterAll(() => harness.close());

interface Connection {
  socket: { readyState: number; once(name: string, listener: () => void): void };
  on(name: string, listener: (event: never) => void): unknown;
  once(name: string, listener: (event: never) => void): unknown;
  send(event: never): void;
  close(): void;
}

// The SDK insists on `wss:`; the server of the tests speaks without TLS.
const options = { createConnection: ({ port, host }: { port: number; host: string }) => connectPlainly(port, host) };

function open(Class: new (props: never, client: never) => unknown = OpenAIRealtimeWS, client = harness.client()) {
  const connection = new Class({ model: 'gpt-realtime', options } as never, client as never) as Connection;
  connection.on('error', () => undefined);
  return connection;
}

/** A connection whose session has been greeted. */
async function connect(...args: Parameters<typeof open>) {
  const connection = open(...args);
  await new Promise((resolve) => connection.once('session.created', resolve));
  return connection;
}

const send = (connection: Connection, event: object) => connection.send(event as never);
const ask = (instructions?: string) => ({
  type: 'response.create',
  response: instructions === undefined ? {} : { instructions },
});

const older = sdks
  .filter(({ version }) => version !== '4.19')
  .flatMap((sdk) => {
    const files = sdk.major < 5 || sdk.major > 6 ? ['beta/realtime/ws'] : ['realtime/ws', 'beta/realtime/ws'];
    return files.map((file) => ({ sdk, file }));
  });

const answered = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-realtime',
  'gen_ai.request.stream': true,
  'gen_ai.output.type': 'speech',
  'gen_ai.response.id': 'resp_1',
  'gen_ai.conversation.id': 'conv_1',
  'gen_ai.response.finish_reasons': ['stop'],
  'genai_otel.response.status': 'completed',
  'gen_ai.response.time_to_first_chunk': expect.any(Number),
  'gen_ai.usage.input_tokens': 132,
  'gen_ai.usage.output_tokens': 121,
  'gen_ai.usage.cache_read.input_tokens': 64,
  'genai_otel.usage.text.input_tokens': 119,
  'genai_otel.usage.text.output_tokens': 30,
  'genai_otel.usage.text.cache_read.input_tokens': 64,
  'genai_otel.usage.audio.input_tokens': 13,
  'genai_otel.usage.audio.output_tokens': 91,
  'genai_otel.usage.audio.cache_read.input_tokens': 0,
  'genai_otel.usage.image.input_tokens': 0,
  'genai_otel.usage.image.cache_read.input_tokens': 0,
  'server.address': '127.0.0.1',
};

describe.each([{ sdk: newest, file: 'realtime/ws' }, ...older])('openai $sdk.version, $file', ({ sdk, file }) => {
  it('a response is a span with its usage by modality', async () => {
    const { OpenAIRealtimeWS: Class } = sdk.load(file) as { OpenAIRealtimeWS: typeof OpenAIRealtimeWS };
    harness.instrumentation.instrument(Class);
    await harness.configure();
    const connection = await connect(Class, harness.client({}, sdk));
    const done = new Promise((resolve) => connection.once('response.done', resolve));
    send(connection, ask());
    await done;
    const recorded = await harness.collectSpans(1);
    const span = only(recorded.spans);
    expect(span.name).toBe('chat gpt-realtime');
    expect(span.attributes).toEqual({ ...answered, 'server.port': Number(new URL(harness.server.url).port) });
    expect(total(recorded, 'gen_ai.client.token.usage')).toEqual({ sum: 253, count: 2 });
    expect(total(recorded, 'gen_ai.client.operation.time_per_output_chunk').count).toBe(2);
    connection.close();
  });
});

it('instructions, input, tools and what was said are captured', async () => {
  const connection = await connect();
  const done = new Promise((resolve) => connection.once('response.done', resolve));
  send(connection, {
    type: 'response.create',
    response: {
      instructions: 'Be brief.',
      input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello' }] }],
      tools: [{ type: 'function', name: 'get_weather', parameters: { type: 'object' } }],
    },
  });
  await done;
  const span = only((await harness.collectSpans(1)).spans);
  expect(content(span, 'gen_ai.system_instructions')).toEqual([{ type: 'text', content: 'Be brief.' }]);
  expect(parts(span, 'gen_ai.input.messages')).toEqual([{ type: 'text', content: 'Hello' }]);
  expect(content(span, 'gen_ai.tool.definitions')).toEqual([
    { type: 'function', name: 'get_weather', parameters: { type: 'object' } },
  ]);
  expect(parts(span)).toEqual([{ type: 'output_audio', transcript: 'Hello.' }]);
  connection.close();
});

it('a call of a tool is the reason that a response ends', async () => {
  const connection = await connect();
  const done = new Promise((resolve) => connection.once('response.done', resolve));
  send(connection, ask('tool'));
  await done;
  const span = only((await harness.collectSpans(1)).spans);
  expect(parts(span)).toEqual([{ type: 'tool_call', id: 'call_a', name: 'get_weather', arguments: { city: 'Paris' } }]);
  expect(span.attributes['gen_ai.response.finish_reasons']).toEqual(['tool_call']);
  connection.close();
});

it('a response that fails fails its span with the code', async () => {
  const connection = await connect();
  const done = new Promise((resolve) => connection.once('response.done', resolve));
  send(connection, ask('fail'));
  await done;
  const span = only((await harness.collectSpans(1)).spans);
  expect(span.status.code).toBe(2);
  expect(span.attributes['error.type']).toBe('rate_limit_exceeded');
  connection.close();
});

it('an error event instead of a response fails its span with the code', async () => {
  const connection = await connect();
  send(connection, ask('error'));
  const recorded = await harness.collectSpans(1);
  const span = only(recorded.spans);
  expect(span.status.code).toBe(2);
  expect(span.attributes['error.type']).toBe('conversation_already_has_active_response');
  expect(recorded.logs.map(({ attributes }) => attributes['exception.type'])).toEqual([
    'conversation_already_has_active_response',
  ]);
  connection.close();
});

it('an error about another event leaves the response alone', async () => {
  // As the API does, and the server of the tests does not: the error names the event that it is about.
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  server.on('connection', (socket) => {
    const tell = (event: object) => socket.send(JSON.stringify(event));
    tell({ type: 'session.created', session: { model: 'gpt-realtime' } });
    socket.on('message', (data) => {
      const { type, event_id } = JSON.parse(String(data)) as { type: string; event_id: string };
      if (type !== 'response.create') return tell({ type: 'error', error: { code: 'invalid_value', event_id } });
      tell({ type: 'response.created', response: { id: 'resp_1', status: 'in_progress' } });
      tell({ type: 'response.done', response: { id: 'resp_1', status: 'completed', output: [] } });
    });
  });
  const { port } = server.address() as AddressInfo;
  const connection = await connect(OpenAIRealtimeWS, harness.client({ baseURL: `http://127.0.0.1:${port}/v1` }));
  const done = new Promise((resolve) => connection.once('response.done', resolve));
  // Both are under way before anything is answered.
  send(connection, { type: 'nonsense', event_id: 'mine' });
  send(connection, { ...ask(), event_id: 'other' });
  await done;
  const { spans } = await harness.collectSpans(1);
  expect(spans.map(({ status }) => status.code)).toEqual([0]);
  connection.close();
  server.close();
});

it('a connection that closes in the middle of a response cancels it', async () => {
  const connection = await connect();
  send(connection, ask('close'));
  const span = only((await harness.collectSpans(1)).spans);
  expect(span.attributes['genai_otel.operation.cancelled']).toBe(true);
  expect(span.attributes['gen_ai.response.id']).toBe('resp_1');
  expect(span.status.code).toBe(0);
});

it('a response that could not be asked for is not taken for the next one', async () => {
  const connection = open();
  const greeted = new Promise((resolve) => connection.once('session.created', resolve));
  send(connection, ask('too early'));
  await greeted;
  const done = new Promise((resolve) => connection.once('response.done', resolve));
  send(connection, ask('in time'));
  await done;
  const span = only((await harness.collectSpans(1)).spans);
  expect(content(span, 'gen_ai.system_instructions')).toEqual([{ type: 'text', content: 'in time' }]);
  connection.close();
});

it('a session whose instrumentation is switched off records nothing more', async () => {
  const connection = await connect();
  harness.instrumentation.disable();
  const done = new Promise((resolve) => connection.once('response.done', resolve));
  send(connection, ask());
  await done;
  harness.instrumentation.enable();
  connection.close();
  await new Promise(setImmediate);
  expect((await harness.collect()).spans).toEqual([]);
});

it('both copies of the file are told apart by nothing: the class that require gives is recorded too', async () => {
  const { OpenAIRealtimeWS: Class } = createRequire(import.meta.url)('openai/realtime/ws') as {
    OpenAIRealtimeWS: typeof OpenAIRealtimeWS;
  };
  harness.instrumentation.instrument(Class);
  harness.instrumentation.instrument(Class);
  const connection = await connect(Class);
  const done = new Promise((resolve) => connection.once('response.done', resolve));
  send(connection, ask());
  await done;
  only((await harness.collectSpans(1)).spans);
  connection.close();
});

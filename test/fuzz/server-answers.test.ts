import type { ServerResponse } from 'node:http';
import fc from 'fast-check';
import type OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenAIServer, startOpenAIServer } from '../support/openai-server.ts';
import { json, mutated } from './arbitraries.ts';
import { expectSame, loadSdks, prototypes, type Sdks, type Seen, see, seeStream } from './pair.ts';
import { bodies, chunks } from './wire-bodies.ts';

interface Answer {
  status: number;
  type: string;
  /** Pieces that are written one after the other. */
  pieces: (string | Buffer)[];
  /** Whether the connection breaks after the last piece. */
  breaks?: boolean;
}

const PATIENCE = 60_000;

let server: OpenAIServer;
let sdks: Sdks;
let answer: Answer;
const before = prototypes();

async function send(response: ServerResponse): Promise<void> {
  const { status, type, pieces, breaks } = answer;
  response.writeHead(status, { 'content-type': type });
  for (const piece of pieces) await new Promise<void>((resolve) => response.write(piece, () => resolve()));
  // The pieces are on their way before the connection is cut.
  if (breaks) setImmediate(() => response.destroy());
  else response.end();
}

beforeAll(async () => {
  server = await startOpenAIServer();
  server.handle('fuzz', (_request, response) => send(response));
  sdks = loadSdks({ baseURL: server.url, defaultHeaders: { 'x-scenario': 'fuzz' } });
});
afterAll(async () => {
  await sdks.close();
  await server.close();
});

/** Lets the same answer go to the SDK bare and instrumented, and compares what the application sees. */
async function expectNoDifference(given: Answer, look: (client: OpenAI) => Promise<Seen>): Promise<Seen> {
  answer = given;
  server.requests.length = 0;
  const expected = await look(sdks.bare);
  for (const client of Object.values(sdks.instrumented)) expectSame(await look(client), expected);
  const { started, ended } = await sdks.spans();
  expect([started, ended]).toEqual([2, 2]);
  expect(sdks.faults()).toEqual([]);
  expect(prototypes()).toEqual(before);
  return expected;
}

const messages = [{ role: 'user' as const, content: 'hi' }];
const surfaces = [
  ['chat completion', bodies.chat, (client: OpenAI) => client.chat.completions.create({ model: 'm', messages })],
  ['response', bodies.response, (client: OpenAI) => client.responses.create({ model: 'm', input: 'hi' })],
  ['embedding', bodies.embedding, (client: OpenAI) => client.embeddings.create({ model: 'm', input: 'hi' })],
  ['completion', bodies.completion, (client: OpenAI) => client.completions.create({ model: 'm', prompt: 'hi' })],
  ['image', bodies.image, (client: OpenAI) => client.images.generate({ prompt: 'hi' })],
  ['moderation', bodies.moderation, (client: OpenAI) => client.moderations.create({ input: 'hi' })],
] as const;

type ApiCall = { asResponse(): Promise<Response>; withResponse(): Promise<{ data: unknown; response: Response }> };

/** The ways in which an application takes an answer. */
const ways: Record<string, (call: () => unknown) => Promise<Seen>> = {
  awaited: see,
  withResponse: (call) =>
    see(async () => {
      const { data, response } = await (call() as ApiCall).withResponse();
      return [data, response.status];
    }),
  asResponse: (call) =>
    see(async () => {
      const response = await (call() as ApiCall).asResponse();
      return [response.status, await response.text()];
    }),
};
const way = fc.constantFrom(...Object.keys(ways));

describe.each(surfaces)(
  'any answer to a %s is seen as it is without us',
  { timeout: PATIENCE },
  (_name, template, call) => {
    it('with fields that are missing or of wrong types, and names that pollute prototypes', async () => {
      await fc.assert(
        fc.asyncProperty(fc.oneof(mutated(template), json), way, async (body, how) => {
          const given = { status: 200, type: 'application/json', pieces: [JSON.stringify(body)] };
          await expectNoDifference(given, (client) => (ways[how] as typeof see)(() => call(client)));
        }),
        { numRuns: 60 },
      );
    });

    it('with JSON that is cut off or broken, errors, other content types, and connections that break', async () => {
      const text = JSON.stringify(template);
      const pieces = fc.oneof(
        fc.nat(text.length).map((length) => [text.slice(0, length)]),
        fc.nat(text.length - 1).map((cut) => [text.slice(0, cut), text.slice(cut)]),
        fc.string().map((garbage) => [garbage]),
        json.map((error) => [JSON.stringify({ error })]),
        fc.uint8Array({ maxLength: 40 }).map((bytes) => [Buffer.from(bytes)]),
      );
      const answers = fc.record({
        status: fc.constantFrom(200, 200, 201, 400, 401, 404, 418, 429, 500, 503),
        type: fc.constantFrom('application/json', 'application/json; charset=utf-8', 'text/plain', 'text/html', ''),
        pieces,
        breaks: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
      });
      await fc.assert(
        fc.asyncProperty(answers, way, (given, how) =>
          expectNoDifference(given, (client) => (ways[how] as typeof see)(() => call(client))).then(() => undefined),
        ),
        { numRuns: 40 },
      );
    });
  },
);

const streams = [
  [
    'chat completion',
    chunks.chat,
    (client: OpenAI) => client.chat.completions.create({ model: 'm', messages, stream: true }),
  ],
  ['response', chunks.response, (client: OpenAI) => client.responses.create({ model: 'm', input: 'hi', stream: true })],
  [
    'completion',
    chunks.completion,
    (client: OpenAI) => client.completions.create({ model: 'm', prompt: 'hi', stream: true }),
  ],
] as const;

describe.each(streams)(
  'any stream of a %s is seen as it is without us',
  { timeout: PATIENCE },
  (_name, templates, call) => {
    const lineEnd = fc.constantFrom('\n', '\n', '\r\n', '\r');
    const data = fc.oneof(
      { weight: 6, arbitrary: fc.oneof(...templates.map(mutated)).map((chunk) => JSON.stringify(chunk)) },
      { weight: 1, arbitrary: json.map((value) => JSON.stringify(value)) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          '[DONE]',
          '[DONE',
          '',
          '{',
          '{"choices":[{',
          '{"error":{"code":"boom"}}',
          'null',
          '""',
        ),
      },
    );
    const frame = fc.oneof(
      {
        weight: 8,
        arbitrary: fc
          .tuple(
            fc.constantFrom('', 'event: message', 'event: error', 'event: thread.x', 'id: 5'),
            fc.constantFrom('data: ', 'data:', 'data:  '),
            data,
            lineEnd,
          )
          .map(([head, field, value, end]) => `${head === '' ? '' : head + end}${field}${value}${end}${end}`),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          ': comment\n\n',
          '\n',
          '\r\n\r\n',
          'retry: 10\n\n',
          'data: {\ndata: }\n\n',
          'nonsense\n\n',
          '\uFEFF',
          'data\n\n',
        ),
      },
    );

    it('for any framing, cut anywhere, read to its end or left at any chunk', async () => {
      const pieces = fc
        .tuple(
          fc.array(frame, { maxLength: 8 }),
          fc.constantFrom('data: [DONE]\n\n', ''),
          fc.array(fc.nat(400), { maxLength: 3 }),
        )
        .map(([frames, end, cuts]) => {
          const bytes = Buffer.from(frames.join('') + end);
          const at = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
          return at.slice(1).map((cut, index) => bytes.subarray(at[index], cut));
        });
      await fc.assert(
        fc.asyncProperty(
          pieces,
          fc.constantFrom(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 1, 2),
          async (given, most) => {
            await expectNoDifference({ status: 200, type: 'text/event-stream', pieces: given }, (client) =>
              seeStream(() => call(client), most),
            );
          },
        ),
        { numRuns: 120 },
      );
    });

    it('where a stream was asked for and JSON comes', async () => {
      await fc.assert(
        fc.asyncProperty(json, fc.constantFrom(200, 400, 500), async (body, status) => {
          const given = { status, type: 'application/json', pieces: [JSON.stringify(body)] };
          await expectNoDifference(given, (client) => seeStream(() => call(client)));
        }),
        { numRuns: 30 },
      );
    });
  },
);

describe('extremes', { timeout: PATIENCE }, () => {
  const huge = 'x'.repeat(5_000_000);
  const nested = `${'['.repeat(3000)}${']'.repeat(3000)}`;
  const chat = (message: object) =>
    JSON.stringify({ ...bodies.chat, choices: [{ index: 0, finish_reason: 'stop', message }] });
  const toolCalls = (text: string) => ({
    tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: text } }],
  });

  it.each([
    ['five megabytes of text', chat({ content: huge })],
    ['five megabytes of arguments', chat(toolCalls(JSON.stringify(huge)))],
    ['arguments that are nested deeply', chat(toolCalls(nested))],
    ['a body that is nested deeply', `{"id":"x","choices":${nested}}`],
    ['100,000 choices', JSON.stringify({ choices: Array.from({ length: 100_000 }, (_, index) => ({ index })) })],
    [
      'names that pollute',
      '{"__proto__":{"polluted":1},"choices":[{"__proto__":{"polluted":1},"message":{"__proto__":{"polluted":1},"content":[{"__proto__":{"polluted":1},"type":"x"}]}}],"usage":{"__proto__":{"prompt_tokens":5}}}',
    ],
    ['null', 'null'],
    ['a number', '5'],
    ['nothing', ''],
  ])('%s', async (_what, body) => {
    const given = { status: 200, type: 'application/json', pieces: [body] };
    // As text, as comparing values that are nested this deeply overflows the stack.
    const asText = (call: () => unknown) => see(async () => JSON.stringify(await call()));
    await expectNoDifference(given, (client) => asText(() => client.chat.completions.create({ model: 'm', messages })));
    await expectNoDifference(given, (client) => asText(() => client.responses.create({ model: 'm', input: 'hi' })));
  });

  it('a stream with a chunk of five megabytes, and tool calls with indices that are far apart', async () => {
    const frames = [
      { choices: [{ index: 0, delta: { content: huge } }] },
      { choices: [{ index: 2 ** 40, delta: { tool_calls: [{ index: 2 ** 50, function: { arguments: '{' } }] } }] },
      {
        choices: [
          {
            index: -1,
            delta: { tool_calls: [{ index: -5, function: { name: '__proto__' } }] },
            finish_reason: 'constructor',
          },
        ],
      },
    ].map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`);
    const given = { status: 200, type: 'text/event-stream', pieces: frames };
    const seen = await expectNoDifference(given, (client) =>
      seeStream(() => client.chat.completions.create({ model: 'm', messages, stream: true })),
    );
    expect(seen.chunks).toHaveLength(3);
  });
});

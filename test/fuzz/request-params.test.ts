import fc from 'fast-check';
import type OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenAIServer, startOpenAIServer } from '../support/openai-server.ts';
import { mutated } from './arbitraries.ts';
import { expectSame, loadSdks, prototypes, type Sdks, see } from './pair.ts';
import { requests } from './wire-bodies.ts';

const PATIENCE = 60_000;

let server: OpenAIServer;
let sdks: Sdks;
const before = prototypes();

beforeAll(async () => {
  server = await startOpenAIServer();
  // What was sent comes back, so that a request that we changed makes a difference.
  server.handle('echo', ({ body, method, path }, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ method, path, body, choices: [], output: [] }));
  });
  sdks = loadSdks({ baseURL: server.url, defaultHeaders: { 'x-scenario': 'echo' } });
});
afterAll(async () => {
  await sdks.close();
  await server.close();
});

type Call = (client: OpenAI, params: never) => unknown;

const surfaces: [string, unknown, Call][] = [
  ['chat completion', requests.chat, (client, params) => client.chat.completions.create(params)],
  ['response', requests.response, (client, params) => client.responses.create(params)],
  ['embedding', requests.other, (client, params) => client.embeddings.create(params)],
  ['completion', requests.other, (client, params) => client.completions.create(params)],
  ['image', requests.other, (client, params) => client.images.generate(params)],
  ['moderation', requests.other, (client, params) => client.moderations.create(params)],
  ['batch', requests.other, (client, params) => client.batches.create(params)],
  ['fetched response', requests.other, (client, params) => client.responses.retrieve('resp_1', params)],
  ['run of a thread', requests.other, (client, params) => client.beta.threads.runs.create('thread_1', params)],
];

const fail = () => {
  throw new Error('do not look');
};

/** Ways in which an application may hold its parameters. Each is the same for everybody who looks, however often. */
const holders: Record<string, (params: Record<string, unknown>) => unknown> = {
  'as they are': (params) => params,
  frozen: (params) => Object.freeze(params),
  'in a class': (params) =>
    Object.assign(
      new (class Parameters {
        get extra() {
          return 5;
        }
      })(),
      params,
    ),
  inherited: (params) => Object.create(params),
  'behind getters': (params) => {
    const target = {};
    for (const [name, value] of Object.entries(params)) {
      Object.defineProperty(target, name, { enumerable: true, configurable: true, get: () => value });
    }
    return target;
  },
  'behind a proxy': (params) => new Proxy(params, {}),
  'behind a proxy that throws': (params) => new Proxy(params, { get: fail }),
  'behind a proxy that hides its names': (params) => new Proxy(params, { ownKeys: fail }),
  'with a field that throws': (params) =>
    Object.defineProperty({ ...params }, 'model', { enumerable: true, get: fail }),
  'with a hidden field that throws': (params) => Object.defineProperty({ ...params }, 'tools', { get: fail }),
  'with toJSON': (params) => ({ ...params, toJSON: () => ({ model: 'from toJSON' }) }),
  'with null for a prototype': (params) => Object.assign(Object.create(null), params),
};

const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withTypedArray: true,
});

async function expectNoDifference(look: (client: OpenAI) => unknown): Promise<void> {
  server.requests.length = 0;
  const expected = await see(() => look(sdks.bare));
  for (const client of Object.values(sdks.instrumented)) expectSame(await see(() => look(client)), expected);
  const { started, ended } = await sdks.spans();
  expect(ended).toBe(started);
  expect(prototypes()).toEqual(before);
}

describe.each(surfaces)(
  'any parameters of a %s are sent as they are without us',
  { timeout: PATIENCE },
  (_name, template, call) => {
    it('with fields that are missing or of wrong types, however they are held', async () => {
      const object = mutated(template).map((value) =>
        typeof value === 'object' && value !== null ? { ...value } : { model: value },
      );
      await fc.assert(
        fc.asyncProperty(object, fc.constantFrom(...Object.keys(holders)), async (params, holder) => {
          // A stream is read by nobody here.
          const held = holders[holder]?.({ ...params, stream: undefined });
          await expectNoDifference((client) => call(client, held as never));
        }),
        { numRuns: 60 },
      );
    });

    it('whatever they are', async () => {
      await fc.assert(
        fc.asyncProperty(anything, async (params) => {
          await expectNoDifference((client) => call(client, params as never));
        }),
        { numRuns: 40 },
      );
    });
  },
);

describe('a fault of ours', { timeout: PATIENCE }, () => {
  const cycle: Record<string, unknown> = { model: 'm' };
  cycle.self = cycle;
  it.each([
    [
      'errors that fight back, thrown by a getter',
      () =>
        Object.defineProperty({}, 'model', {
          get: () => {
            throw Object.defineProperty(new Error('x'), 'name', { get: fail });
          },
        }),
    ],
    [
      'errors without a prototype, thrown by a getter',
      () =>
        Object.defineProperty({}, 'model', {
          get: () => {
            throw Object.create(null);
          },
        }),
    ],
    [
      'a proxy that was revoked',
      () => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        return proxy;
      },
    ],
    ['a circle', () => cycle],
    ['a big integer', () => ({ model: 'm', seed: 10n })],
  ])('never reaches the application: %s', async (_what, create) => {
    for (const [, , call] of surfaces) await expectNoDifference((client) => call(client, create() as never));
  });
});

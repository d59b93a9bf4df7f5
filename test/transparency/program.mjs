import { writeFileSync } from 'node:fs';
import { describe } from './describe.mjs';
import { fates } from './fates.mjs';
import { scenarios } from './scenarios.mjs';

const GUARD_MS = 15_000;

/** Where the report of spans finds the name of the scenario that runs. */
const CURRENT = Symbol.for('transparency.scenario');

/** Thrown by a scenario about something that this version of the SDK does not have. */
class Unsupported extends Error {}

/**
 * Runs every scenario against the SDK that the calling entry file has loaded, one after another, and writes what the program saw to
 * the file `TRANSPARENCY_VIEW`. With `TRANSPARENCY_FATE` it runs that one fate instead and leaves the rest to the process.
 */
export async function run(host) {
  const toolkit = await prepare(host);
  const fate = process.env.TRANSPARENCY_FATE;
  if (fate) return fates[fate](toolkit(`fate: ${fate}`).api);

  const only = process.env.TRANSPARENCY_ONLY;
  const view = {};
  for (const [name, scenario] of Object.entries(scenarios)) {
    if (only && !new RegExp(only).test(name)) continue;
    globalThis[CURRENT] = name;
    view[name] = await observe(scenario, toolkit(name));
  }
  // What was dropped unread is collected before the end, so that whoever waits for that hears of it.
  for (let round = 0; round < 20; round++) {
    globalThis.gc?.();
    await new Promise(setImmediate);
  }
  writeFileSync(process.env.TRANSPARENCY_VIEW, JSON.stringify(view, null, 1));
  process.exit(0);
}

async function prepare({ sdk, version, load }) {
  const OpenAI = sdk.OpenAI ?? sdk.default;
  const tryLoad = (specifier) => load(specifier).catch(() => undefined);
  const [streaming, chatStream, responseStream, zodHelpers, zod, realtime] = await Promise.all([
    tryLoad('openai/streaming'),
    tryLoad('openai/lib/ChatCompletionStream'),
    tryLoad('openai/lib/responses/ResponseStream'),
    tryLoad('openai/helpers/zod'),
    tryLoad('zod'),
    tryLoad('openai/realtime/ws').then((found) => found ?? tryLoad('openai/beta/realtime/ws')),
  ]);
  const baseURL = process.env.OPENAI_SERVER_URL;
  const control = new URL('/__control/', baseURL);
  const modules = {
    Stream: streaming.Stream,
    ChatCompletionStream: chatStream.ChatCompletionStream,
    ResponseStream: responseStream?.ResponseStream,
    zodResponseFormat: zodHelpers?.zodResponseFormat,
    zodTextFormat: zodHelpers?.zodTextFormat,
    z: zod?.z,
    OpenAIRealtimeWS: realtime?.OpenAIRealtimeWS,
  };

  return (name) => {
    const log = [];
    const test = encodeURIComponent(name);
    const newClient = (options = {}, Client = OpenAI) =>
      new Client({
        apiKey: 'sk-fake-transparency',
        baseURL,
        maxRetries: 0,
        ...options,
        defaultHeaders: { 'x-test': test, ...options.defaultHeaders },
      });
    const requests = async () => {
      const response = await fetch(new URL(`requests?test=${encodeURIComponent(test)}`, control));
      // Requests made at the same time arrive in the order of the network's choice.
      return (await response.json()).map(visible).sort((one, other) => (sortKey(one) < sortKey(other) ? -1 : 1));
    };
    const client = newClient();
    const api = {
      OpenAI,
      sdk,
      ...modules,
      version,
      major: Math.floor(Number(version.split('.')[0])),
      client,
      newClient,
      baseURL,
      test,
      describe,
      log: (...values) => void log.push(values.map((value) => describe(value))),
      requests,
      /** Waits until the server knows how each request of the scenario ended; true for those that the client abandoned. */
      abandoned: async () => (await requests()).map(({ aborted }) => aborted ?? 'still open'),
      /** Lets the server send that many more events of the scenario's paced streams. */
      advance: (count = 1) =>
        fetch(new URL(`advance?gate=${encodeURIComponent(test)}&count=${count}`, control), { method: 'POST' }),
      /** Request options that choose the server's scenarios. */
      as: (names, options = {}) => ({ ...options, headers: { 'x-scenario': names, ...options.headers } }),
      unsupported: (feature) => {
        throw new Unsupported(feature);
      },
      needs: (value, feature) => {
        if (!value) throw new Unsupported(feature);
        return value;
      },
      /** True once Node has reported a rejection as unhandled; false when it has not within a second. */
      rejectionReported: () =>
        new Promise((resolve) => {
          const timer = setTimeout(() => resolve(false), 1000);
          process.once('unhandledRejection', () => {
            clearTimeout(timer);
            resolve(true);
          });
        }),
      /** What comes of a promise or of a function that returns or throws. */
      outcome: async (work) => {
        try {
          return { value: describe(await (typeof work === 'function' ? work() : work)) };
        } catch (error) {
          return { error: describe(error) };
        }
      },
    };
    return { api, log, requests };
  };
}

const sortKey = ({ path, body }) => `${path} ${JSON.stringify(body)}`;

function visible({ method, path, headers, body, aborted }) {
  const { host, 'content-length': _length, ...rest } = headers;
  const boundary = /boundary=.*/;
  if (rest['content-type']) rest['content-type'] = rest['content-type'].replace(boundary, 'boundary=…');
  // The SDK makes up a new key and a new id for each request.
  for (const random of ['idempotency-key', 'x-client-request-id', 'sec-websocket-key'])
    if (rest[random]) rest[random] = '…';
  return { method, path, headers: rest, body, aborted };
}

async function observe(scenario, { api, log, requests }) {
  const unhandled = [];
  const onUnhandled = (error) => unhandled.push(describe(error));
  process.on('unhandledRejection', onUnhandled);
  const seen = {};
  let guard;
  try {
    const hung = new Promise((_, reject) => {
      guard = setTimeout(() => reject(new Error('the scenario hangs')), GUARD_MS);
    });
    seen.returned = describe(await Promise.race([scenario(api), hung]));
  } catch (error) {
    if (error instanceof Unsupported) seen.unsupported = error.message;
    else seen.threw = describe(error);
  }
  clearTimeout(guard);
  seen.log = log;
  seen.requests = await requests();
  // Node reports a rejection that nobody handled after the microtasks of the turn.
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
  seen.unhandled = unhandled;
  process.off('unhandledRejection', onUnhandled);
  return seen;
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { pathToFileURL } from 'node:url';
import { WebSocketServer } from 'ws';
import {
  type Call,
  Gates,
  type Json,
  type RecordedRequest,
  type ServerState,
  sendJson,
  setFixedHeaders,
} from './openai/call.ts';
import { chatCompletions, completions, notFound } from './openai/chat.ts';
import { fail } from './openai/failures.ts';
import { embeddings, images, moderations, speech, transcriptions } from './openai/media.ts';
import { batches, files, modelsEndpoint } from './openai/platform.ts';
import { speakRealtime } from './openai/realtime.ts';
import { conversations, responses } from './openai/responses.ts';
import { assistants } from './openai/threads.ts';

export type { RecordedRequest } from './openai/call.ts';

/** Answers one request by hand; chosen by its name in the `x-scenario` header. */
export type Handler = (request: RecordedRequest, response: ServerResponse) => void | Promise<void>;

export interface OpenAIServer {
  /** Base URL for the SDK: `http://127.0.0.1:<port>/v1`. */
  url: string;
  /** Every request so far, oldest first; those to `/__control` excepted. */
  requests: RecordedRequest[];
  /** Adds a scenario whose answer is written by `handler`. */
  handle(name: string, handler: Handler): void;
  /** Lets `count` more events of the paced streams of gate `name` go out. */
  advance(name: string, count?: number): void;
  /** Requests of a test, once all of them have been answered or abandoned; those still open after `patience` ms lack `aborted`. */
  settled(test: string, patience?: number): Promise<RecordedRequest[]>;
  close(): Promise<void>;
}

const endpoints: Array<[prefix: string, endpoint: (call: Call) => void | Promise<void>]> = [
  ['/chat/completions', chatCompletions],
  ['/completions', completions],
  ['/responses', responses],
  ['/conversations', conversations],
  ['/embeddings', embeddings],
  ['/images', images],
  ['/audio/speech', speech],
  ['/audio', transcriptions],
  ['/moderations', moderations],
  ['/models', modelsEndpoint],
  ['/batches', batches],
  ['/files', files],
  ['/assistants', assistants],
  ['/threads', assistants],
];

/**
 * A server that speaks OpenAI's HTTP and WebSocket protocols, always with the same answers.
 *
 * A request chooses its scenarios in the header `x-scenario` (comma-separated: `tool-calls, gate`); without one each endpoint gives its
 * plain answer. `x-test` groups requests, `x-gate` names the gate of a paced stream (default: the test), `x-chunks` the length of `long`.
 *
 * `POST /__control/advance?gate=NAME&count=N`, `GET /__control/requests?test=NAME` (waits until they are settled) serve child processes.
 */
export async function startOpenAIServer(): Promise<OpenAIServer> {
  const state: ServerState = { requests: [], stored: new Map(), attempts: new Map(), gates: new Gates() };
  const handlers = new Map<string, Handler>();
  const settling = new Set<() => void>();
  const sockets = new Set<Socket>();

  async function settled(test: string, patience = 2000): Promise<RecordedRequest[]> {
    const deadline = AbortSignal.timeout(patience);
    for (;;) {
      const mine = state.requests.filter((request) => request.test === test);
      if (deadline.aborted || mine.every((request) => request.aborted !== undefined)) return mine;
      await new Promise<void>((resolve) => {
        settling.add(resolve);
        deadline.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  async function control(url: URL, response: ServerResponse): Promise<void> {
    const gate = url.searchParams.get('gate') ?? '';
    if (url.pathname === '/__control/advance') state.gates.advance(gate, Number(url.searchParams.get('count') ?? 1));
    const body = url.pathname === '/__control/requests' ? await settled(url.searchParams.get('test') ?? '') : {};
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  }

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', 'http://localhost');
    if (url.pathname.startsWith('/__control/')) return control(url, response);
    const request = recorded(incoming);
    state.requests.push(request);
    response.on('close', () => {
      request.aborted = !response.writableFinished;
      for (const resolve of settling) resolve();
      settling.clear();
    });
    const whole = await readBody(incoming);
    if (response.destroyed) return;
    request.body = whole;
    setFixedHeaders(response);
    const below = url.pathname.replace(/^\/(v1|openai\/v1|openai)(?=\/)/, '');
    const path = below.replace(/^\/deployments\/[^/]+/, '');
    const call: Call = {
      request,
      response,
      body: typeof whole === 'object' && whole !== null && !Array.isArray(whole) ? (whole as Json) : {},
      path,
      azure: path !== below,
      query: url.searchParams,
      state,
      has: (scenario) => request.scenarios.includes(scenario),
    };
    const own = request.scenarios.map((name) => handlers.get(name)).find((handler) => handler !== undefined);
    if (own) return own(request, response);
    if (fail(call)) return;
    const [, endpoint] = endpoints.find(([prefix]) => path === prefix || path.startsWith(`${prefix}/`)) ?? [];
    if (!endpoint) return notFound(call);
    return endpoint(call);
  }

  const server = createServer((incoming, response) => {
    answer(incoming, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else
        sendJson(
          { response } as Call,
          { error: { message: `The test server failed: ${String(error)}`, type: 'test_server' } },
          500,
        );
    });
  });
  const webSockets = new WebSocketServer({ server });
  webSockets.on('connection', (socket, incoming) => {
    const request = { ...recorded(incoming), body: [] as unknown[] };
    state.requests.push(request);
    socket.on('message', (data) => request.body.push(JSON.parse(String(data))));
    socket.on('close', () => {
      request.aborted = false;
    });
    const query = new URL(incoming.url ?? '/', 'http://localhost').searchParams;
    speakRealtime(socket, query.get('model') ?? query.get('deployment') ?? 'gpt-realtime');
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests: state.requests,
    handle: (name, handler) => void handlers.set(name, handler),
    advance: (name, count = 1) => state.gates.advance(name, count),
    settled,
    close: () =>
      new Promise((resolve) => {
        webSockets.close();
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function recorded(incoming: IncomingMessage): RecordedRequest {
  const scenarios = incoming.headers['x-scenario']?.toString() ?? '';
  return {
    method: incoming.method ?? '',
    path: incoming.url ?? '',
    headers: incoming.headers,
    body: undefined,
    scenarios: scenarios.split(',').map((name) => name.trim()),
    test: incoming.headers['x-test']?.toString(),
  };
}

/** JSON parsed, a form as its fields (a file becomes `{ name, type, size }`), anything else as text; undefined when there is none. */
async function readBody(incoming: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  const bytes = Buffer.concat(parts);
  if (bytes.length === 0) return undefined;
  const type = incoming.headers['content-type'] ?? '';
  if (type.startsWith('multipart/form-data')) {
    const form = await new Response(bytes, { headers: { 'content-type': type } }).formData();
    return Object.fromEntries(
      [...form].map(([name, value]) => [
        name,
        typeof value === 'string' ? value : { name: value.name, type: value.type, size: value.size },
      ]),
    );
  }
  const whole = bytes.toString();
  try {
    return JSON.parse(whole) as unknown;
  } catch {
    return whole;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.log((await startOpenAIServer()).url);

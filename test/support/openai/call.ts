import type { IncomingHttpHeaders, ServerResponse } from 'node:http';

export type Json = Record<string, unknown>;

/** One HTTP request as the server saw it. `path` includes the query; `body` is parsed JSON, the fields of a form, or the raw text. */
export interface RecordedRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: unknown;
  /** Every name in the `x-scenario` header, which takes a comma-separated list. */
  scenarios: string[];
  /** The `x-test` header: what a test groups its requests by. */
  test: string | undefined;
  /** True once the client has closed the connection before the whole answer was sent; absent while the answer is under way. */
  aborted?: boolean;
}

/** One exchange while it is being answered. */
export interface Call {
  request: RecordedRequest;
  response: ServerResponse;
  /** Request body, when it is a JSON object or a form; else empty. */
  body: Json;
  /** Path below `/v1`, or below the deployment on Azure, without the query. */
  path: string;
  /** True when the path named a deployment, as Azure OpenAI's does. */
  azure: boolean;
  query: URLSearchParams;
  state: ServerState;
  has(scenario: string): boolean;
}

/** What outlives a request. */
export interface ServerState {
  requests: RecordedRequest[];
  stored: Map<string, Json>;
  attempts: Map<string, number>;
  gates: Gates;
}

export const CREATED = 1_760_000_000;
export const DAY = 86_400;

const fixedHeaders: Record<string, string> = {
  'x-request-id': 'req_0123456789abcdef0123456789abcdef',
  'openai-organization': 'org-test',
  'openai-processing-ms': '123',
  'openai-version': '2020-10-01',
  'x-ratelimit-limit-requests': '10000',
  'x-ratelimit-limit-tokens': '200000',
  'x-ratelimit-remaining-requests': '9999',
  'x-ratelimit-remaining-tokens': '199000',
  'x-ratelimit-reset-requests': '8.64s',
  'x-ratelimit-reset-tokens': '300ms',
};

/** Headers that every answer of the API carries. */
export function setFixedHeaders(response: ServerResponse): void {
  for (const [name, value] of Object.entries(fixedHeaders)) response.setHeader(name, value);
}

export function sendJson(call: Call, body: unknown, status = 200): void {
  call.response.writeHead(status, { 'content-type': 'application/json' });
  call.response.end(JSON.stringify(body));
}

export function sendError(
  call: Call,
  status: number,
  error: { message: string; type: string; param?: string | null; code?: string | null },
  headers: Record<string, string> = {},
): void {
  call.response.writeHead(status, { 'content-type': 'application/json', ...headers });
  call.response.end(JSON.stringify({ error: { param: null, code: null, ...error } }));
}

export function list(data: Json[], more = false): Json {
  return { object: 'list', data, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null, has_more: more };
}

export const text = (value: unknown, fallback: string): string => (typeof value === 'string' ? value : fallback);
export const items = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);

/** Counting semaphores by name: a paced stream takes a permit for each chunk, `POST /__control/advance` gives one. */
export class Gates {
  #permits = new Map<string, number>();
  #waiting = new Map<string, Array<() => void>>();

  advance(name: string, count: number): void {
    for (let given = 0; given < count; given++) {
      const waiter = this.#waiting.get(name)?.shift();
      if (waiter) waiter();
      else this.#permits.set(name, (this.#permits.get(name) ?? 0) + 1);
    }
  }

  async pass(name: string): Promise<void> {
    const permits = this.#permits.get(name) ?? 0;
    if (permits > 0) {
      this.#permits.set(name, permits - 1);
      return;
    }
    await new Promise<void>((resolve) => {
      const queue = this.#waiting.get(name) ?? [];
      queue.push(resolve);
      this.#waiting.set(name, queue);
    });
  }
}

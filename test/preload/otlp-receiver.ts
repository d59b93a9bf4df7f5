import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

type Signal = 'traces' | 'metrics' | 'logs';

/** One request that a strict receiver accepted. */
export interface OtlpRequest {
  signal: Signal;
  headers: IncomingHttpHeaders;
  /** Decoded JSON; `undefined` for protobuf. */
  json: OtlpJson | undefined;
  body: Buffer;
}

interface Attribute {
  key: string;
  value: { stringValue?: string; intValue?: number; doubleValue?: number; arrayValue?: unknown };
}
interface Scope {
  name: string;
}
export interface OtlpSpan {
  name: string;
  traceId: string;
  parentSpanId?: string;
  attributes: Attribute[];
  droppedAttributesCount: number;
}
interface Resource {
  attributes: Attribute[];
}
export interface OtlpJson {
  resourceSpans?: { resource: Resource; scopeSpans: { scope: Scope; spans: OtlpSpan[] }[] }[];
  resourceMetrics?: {
    resource: Resource;
    scopeMetrics: {
      scope: Scope;
      metrics: { name: string; sum?: { dataPoints: { asInt?: number; asDouble?: number }[] } }[];
    }[];
  }[];
  resourceLogs?: { resource: Resource; scopeLogs: { scope: Scope; logRecords: { eventName?: string }[] }[] }[];
}

export interface ReceiverOptions {
  /** What to answer: a status, or nothing at all, ever. Default: 200. */
  answer?: number | 'hang';
}

const paths: Record<string, Signal> = { '/v1/traces': 'traces', '/v1/metrics': 'metrics', '/v1/logs': 'logs' };
const topLevel: Record<Signal, keyof OtlpJson> = {
  traces: 'resourceSpans',
  metrics: 'resourceMetrics',
  logs: 'resourceLogs',
};

/** An OTLP/HTTP endpoint that refuses whatever the protocol does not allow, and keeps the rest. */
export class OtlpReceiver implements AsyncDisposable {
  readonly requests: OtlpRequest[] = [];
  /** Why requests were refused; a test that expects none checks that it is empty. */
  readonly refused: string[] = [];
  readonly #server: Server;

  private constructor({ answer = 200 }: ReceiverOptions) {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const problem = this.#accept(request.method, request.url, request.headers, Buffer.concat(chunks));
        if (problem !== undefined) this.refused.push(problem);
        if (answer === 'hang') return;
        const status = problem === undefined ? answer : 400;
        const json = request.headers['content-type'] === 'application/json';
        response.writeHead(status, { 'content-type': request.headers['content-type'] ?? 'text/plain' });
        response.end(json ? '{}' : '');
      });
    });
  }

  static async start(options: ReceiverOptions = {}): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver(options);
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Environment that sends everything here, as JSON. */
  get env(): Record<string, string> {
    return { OTEL_EXPORTER_OTLP_ENDPOINT: this.url, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' };
  }

  spans(scope?: string): OtlpSpan[] {
    return this.requests.flatMap(({ json }) =>
      (json?.resourceSpans ?? []).flatMap(({ scopeSpans }) =>
        scopeSpans.filter((each) => scope === undefined || each.scope.name === scope).flatMap(({ spans }) => spans),
      ),
    );
  }

  /** The sum that the last export of a counter reported. */
  counter(name: string): number | undefined {
    const points = this.requests.flatMap(({ json }) =>
      (json?.resourceMetrics ?? []).flatMap(({ scopeMetrics }) =>
        scopeMetrics.flatMap(({ metrics }) =>
          metrics.filter((metric) => metric.name === name).flatMap(({ sum }) => sum?.dataPoints ?? []),
        ),
      ),
    );
    const last = points.at(-1);
    return last?.asDouble ?? last?.asInt;
  }

  /** The names of the events of one scope. */
  events(scope: string): string[] {
    return this.requests.flatMap(({ json }) =>
      (json?.resourceLogs ?? []).flatMap(({ scopeLogs }) =>
        scopeLogs
          .filter((each) => each.scope.name === scope)
          .flatMap(({ logRecords }) => logRecords.map(({ eventName }) => eventName ?? '')),
      ),
    );
  }

  /** The resource of the first trace export. */
  resource(): Record<string, unknown> {
    const resource = this.requests.flatMap(({ json }) => json?.resourceSpans ?? [])[0]?.resource;
    return Object.fromEntries((resource?.attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(method: string | undefined, path = '', headers: IncomingHttpHeaders, raw: Buffer): string | undefined {
    const signal = paths[path];
    if (method !== 'POST') return `method ${method}`;
    if (signal === undefined) return `path ${path}`;
    const encoding = headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'gzip') return `encoding ${encoding}`;
    const body = encoding === 'gzip' ? gunzipSync(raw) : raw;
    if (body.length === 0) return 'empty body';
    const type = headers['content-type'];
    if (type !== 'application/json' && type !== 'application/x-protobuf') return `content type ${type}`;
    const json = type === 'application/json' ? (JSON.parse(body.toString()) as OtlpJson) : undefined;
    if (json !== undefined && !Array.isArray(json[topLevel[signal]])) return `${path} without ${topLevel[signal]}`;
    this.requests.push({ signal, headers, json, body });
    return undefined;
  }
}

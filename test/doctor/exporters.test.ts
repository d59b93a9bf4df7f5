import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { consult, examine } from './support.ts';

vi.setConfig({ testTimeout: 60_000 });

interface Received {
  path: string | undefined;
  headers: IncomingMessage['headers'];
  body: string;
}

/** A server that answers every request with one status. */
class Endpoint implements AsyncDisposable {
  readonly received: Received[] = [];
  private readonly server;

  private constructor(status: number) {
    this.server = createServer(async (request, response) => {
      const body = (await request.toArray()).join('');
      this.received.push({ path: request.url, headers: request.headers, body });
      response.writeHead(status).end();
    });
  }

  static async start(status: number): Promise<Endpoint> {
    const endpoint = new Endpoint(status);
    await new Promise<void>((resolve) => endpoint.server.listen(0, '127.0.0.1', resolve));
    return endpoint;
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** An address where nothing listens any more. */
async function deadHost(): Promise<string> {
  await using endpoint = await Endpoint.start(200);
  return endpoint.host;
}

describe('an endpoint that answers', () => {
  it('gets an empty export of each signal, as the exporter would send it', async () => {
    await using endpoint = await Endpoint.start(200);
    const { code, report } = await examine({}, { OTEL_EXPORTER_OTLP_ENDPOINT: `http://${endpoint.host}/base/` });
    expect(report.exporters).toMatchObject(
      ['traces', 'metrics', 'logs'].map((signal) => ({
        signal,
        exporter: 'otlp',
        protocol: 'http/protobuf',
        endpoint: `http://${endpoint.host}/base/v1/${signal}`,
        answers: true,
        status: 200,
        faults: [],
      })),
    );
    expect(endpoint.received.map(({ path }) => path).sort()).toEqual([
      '/base/v1/logs',
      '/base/v1/metrics',
      '/base/v1/traces',
    ]);
    expect(endpoint.received).toMatchObject(
      Array(3).fill({ body: '', headers: { 'content-type': 'application/x-protobuf' } }),
    );
    expect(code).toBe(0);
  });

  it("the signal's own variables win, and its endpoint is taken as it is", async () => {
    await using endpoint = await Endpoint.start(200);
    const { report } = await examine(
      {},
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `http://${endpoint.host}/own`,
        OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_LOGS_EXPORTER: 'console',
      },
    );
    expect(report.exporters).toMatchObject([
      { signal: 'traces', protocol: 'http/json', endpoint: `http://${endpoint.host}/own`, answers: true },
      { signal: 'metrics', exporter: 'none' },
      { signal: 'logs', exporter: 'console' },
    ]);
    expect(endpoint.received).toMatchObject([{ path: '/own', body: '{}' }]);
  });

  it('gets the headers, whose values are never printed', async () => {
    await using endpoint = await Endpoint.start(401);
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://user:planted-password@${endpoint.host}/?key=planted-query`,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20planted-bearer,planted-malformed',
      OPENAI_API_KEY: 'sk-planted-key',
    };
    const outcomes = [await consult({}, env), await examine({}, env)];
    expect(endpoint.received[0]?.headers.authorization).toBe('Bearer planted-bearer');
    expect(JSON.stringify(outcomes)).not.toMatch(/planted-(?:password|query|bearer|malformed|key)/);
    expect(outcomes[0]).toMatchObject({
      stdout: expect.stringContaining('refuses the credentials (401)'),
      code: 0,
    });
    expect(outcomes[0]).toMatchObject({
      stdout: expect.stringContaining('OTEL_EXPORTER_OTLP_HEADERS: entry 2 is not of the form name=value'),
    });
  });

  it('with 404 is told from one that takes the signal', async () => {
    await using endpoint = await Endpoint.start(404);
    const { report } = await examine({}, { OTEL_EXPORTER_OTLP_ENDPOINT: `http://${endpoint.host}` });
    expect(report.exporters).toMatchObject(Array(3).fill({ answers: false, status: 404 }));
  });

  it('for gRPC only has to take a connection', async () => {
    await using endpoint = await Endpoint.start(200);
    const env = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_ENDPOINT: endpoint.host };
    const { report } = await examine({}, env);
    expect(report.exporters).toMatchObject(Array(3).fill({ protocol: 'grpc', answers: true, faults: [] }));
    expect(endpoint.received).toEqual([]);
  });
});

describe('an endpoint that does not answer is a warning with what to do', () => {
  it.for(['http/protobuf', 'grpc'])('when nothing listens, %s', async (protocol) => {
    const host = await deadHost();
    const { code, stdout } = await consult(
      {},
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://${host}`,
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_LOGS_EXPORTER: 'none',
      },
    );
    expect(stdout).toMatch(new RegExp(`! traces .*${host}.*: nothing listens there`));
    expect(stdout).toContain(
      '→ Start the collector, correct OTEL_EXPORTER_OTLP_ENDPOINT, or set OTEL_TRACES_EXPORTER=none.',
    );
    expect(code).toBe(0);
  });

  it('when it takes the connection and stays silent', async () => {
    const silent = createTcpServer((socket) => socket.resume().on('error', () => {}));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const { report } = await examine({}, { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` });
    silent.close();
    expect(report.exporters).toMatchObject(Array(3).fill({ answers: false, faults: ['no answer within 2 seconds'] }));
  });
});

describe('a malformed setting is said', () => {
  it('whatever it is, each with its variable', async () => {
    const { code, report } = await examine(
      {},
      {
        OTEL_TRACES_EXPORTER: 'jaeger',
        OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'collector',
        OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http',
        OTEL_LOGS_EXPORTER: 'none',
      },
    );
    expect(report.exporters).toMatchObject([
      {
        signal: 'traces',
        faults: ['OTEL_TRACES_EXPORTER: "jaeger" is not an exporter; known: otlp, console, zipkin, none'],
      },
      {
        signal: 'metrics',
        faults: [
          expect.stringMatching(
            /^OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: "http" is not a protocol; http\/protobuf is used/,
          ),
          'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: is not a URL that starts with http:// or https://',
        ],
      },
      { signal: 'logs', faults: [] },
    ]);
    expect(code).toBe(0);
  });

  it('a configuration file that does not exist', async () => {
    const { report } = await examine({}, { OTEL_CONFIG_FILE: 'missing.yaml' });
    expect(report.findings).toMatchObject([
      { section: 'Export', text: 'OTEL_CONFIG_FILE: missing.yaml does not exist' },
    ]);
  });

  it('a configuration file that exists decides instead', async () => {
    const { report } = await examine({ files: { 'otel.yaml': '' } }, { OTEL_CONFIG_FILE: 'otel.yaml' });
    expect(report.findings).toEqual([]);
    expect(report.exporters).toMatchObject(Array(3).fill({ exporter: 'file' }));
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OtlpReceiver } from './otlp-receiver.ts';
import { freePort, startGrpcCollector, startHttpCollector } from './support/collectors.ts';
import { ModelServer } from './support/model-server.ts';
import { app, preloaded, run } from './support/run.ts';

let model: ModelServer;
beforeAll(async () => {
  model = await ModelServer.start();
});
afterAll(() => model[Symbol.asyncDispose]());

const register = preloaded('--require');
const tracesOnly = { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };

describe.concurrent('exporters that load when they are asked for', { timeout: 30_000 }, () => {
  it('gRPC delivers traces, metrics and logs', async () => {
    await using collector = await startGrpcCollector();
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
    const result = await run([...register, app('cjs.cjs')], { env: { ...model.env, ...env } });
    expect(result).toMatchObject({ code: 0, stdout: 'hello\n', stderr: '' });
    const services = ['trace.v1.TraceService', 'metrics.v1.MetricsService', 'logs.v1.LogsService'];
    const paths = services.map((service) => `/opentelemetry.proto.collector.${service}/Export`);
    expect([...collector.received.keys()].sort()).toEqual(paths.sort());
    expect(collector.received.get(paths.find((path) => path.includes('TraceService')) ?? '')).toContain('stand-in');
  });

  it('Zipkin delivers spans', async () => {
    await using collector = await startHttpCollector({ answers: true });
    const env = {
      ...tracesOnly,
      OTEL_TRACES_EXPORTER: 'zipkin',
      OTEL_EXPORTER_ZIPKIN_ENDPOINT: `${collector.url}/spans`,
    };
    const result = await run([...register, app('cjs.cjs')], { env: { ...model.env, ...env } });
    expect(result).toMatchObject({ code: 0, stdout: 'hello\n', stderr: '' });
    const spans = JSON.parse(collector.received.get('/spans') ?? '[]') as { name: string }[];
    expect(spans.map(({ name }) => name)).toContain('chat');
  });

  it('Prometheus serves metrics, and does not keep the process alive', async () => {
    const env = {
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_METRICS_EXPORTER: 'prometheus',
      OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
      OTEL_EXPORTER_PROMETHEUS_PORT: String(await freePort()),
    };
    const result = await run([...register, app('metrics-page.cjs')], { env: { ...model.env, ...env } });
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toMatch(/^stand_in_calls_total\b.* 1$/m);
  });

  it.each(['naturally', 'withExitCode', 'withUnsettledAwait'])(
    'a process that only a stuck exporter holds ends within the bound: %s',
    async (way) => {
      await using collector = await startHttpCollector({ answers: false });
      const env = {
        ...model.env,
        ...tracesOnly,
        OTEL_TRACES_EXPORTER: 'zipkin',
        OTEL_EXPORTER_ZIPKIN_ENDPOINT: `${collector.url}/spans`,
        OTEL_BSP_EXPORT_TIMEOUT: '300',
      };
      const bare = await run([app('ending.mjs'), way], { env });
      const { code, stdout } = await run([...register, app('ending.mjs'), way], { env });
      expect({ code, stdout }).toEqual({ code: bare.code, stdout: bare.stdout });
      expect(collector.received.has('/spans')).toBe(true);
    },
  );
});

describe.concurrent('what an exiting process sends', { timeout: 30_000 }, () => {
  it.each(['http/json', 'http/protobuf'])(
    '%s has the headers and the compression that were asked for',
    async (protocol) => {
      await using receiver = await OtlpReceiver.start();
      const env = {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
        OTEL_EXPORTER_OTLP_HEADERS: 'x-test=common',
        OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      };
      const result = await run([...register, app('ending.mjs'), 'byExit'], { env: { ...model.env, ...env } });
      expect(result).toMatchObject({ code: 3, stderr: '' });
      expect(receiver.refused).toEqual([]);
      expect(receiver.requests.map(({ signal }) => signal).sort()).toEqual(['logs', 'metrics', 'traces']);
      for (const { headers } of receiver.requests) {
        expect(headers).toMatchObject({
          'x-test': 'common',
          'content-encoding': 'gzip',
          'user-agent': expect.stringMatching(/^OTel-OTLP-Exporter-JavaScript\/\d/),
        });
      }
    },
  );
});

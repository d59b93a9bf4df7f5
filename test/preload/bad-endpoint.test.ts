import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { uselessEndpoints } from './support/endpoints.ts';
import { ModelServer } from './support/model-server.ts';
import { app, preloaded, run } from './support/run.ts';

let model: ModelServer;
beforeAll(async () => {
  model = await ModelServer.start();
});
afterAll(() => model[Symbol.asyncDispose]());

const signalWhenReady = (line: string, child: ChildProcess) => {
  if (line === 'ready') child.kill('SIGTERM');
};

/** Our own lines, which may say that nothing could be delivered. */
const withoutOurs = (stderr: string) =>
  stderr.replaceAll(/^@genai-otel\/node: .*\n/gm, '').replaceAll(/\(node:\d+\)/g, '');

/** What retrying alone would take is several seconds; the bound is a fraction of one. */
const boundMillis = 300;
const limitMillis = 5000;

const endings = ['naturally', 'withUnsettledAwait', 'byExit', 'bySignal', 'bySignalWithOwnHandler'];

describe.concurrent.each(Object.entries(uselessEndpoints))('with a %s endpoint', { timeout: 30_000 }, (_, start) => {
  const cases = [
    ...endings.map((way) => ['http/protobuf', way] as const),
    ...['naturally', 'byExit'].map((way) => ['grpc', way] as const),
  ];
  it.each(cases)('over %s, %s is the same, and not held up beyond the bound', async (protocol, way) => {
    await using endpoint = await start();
    const env = {
      ...model.env,
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
      OTEL_BSP_EXPORT_TIMEOUT: String(boundMillis),
      TEST_SIGNAL: 'SIGTERM',
    };
    const options = { env, onLine: signalWhenReady };
    const bare = await run([app('ending.mjs'), way], options);
    const instrumented = await run([...preloaded('--import'), app('ending.mjs'), way], options);
    const { code, signal, stdout } = bare;
    expect(instrumented).toMatchObject({ code, signal, stdout });
    expect(withoutOurs(instrumented.stderr)).toBe(withoutOurs(bare.stderr));
    expect(instrumented.duration - bare.duration).toBeLessThan(limitMillis);
  });
});

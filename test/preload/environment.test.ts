import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OtlpReceiver } from './otlp-receiver.ts';
import { ModelServer } from './support/model-server.ts';
import { app, preloadDirectory, preloaded, run, standIn } from './support/run.ts';

let model: ModelServer;
let directory: string;
beforeAll(async () => {
  model = await ModelServer.start();
  directory = await mkdtemp(join(tmpdir(), 'genai-otel-preload-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true });
  await model[Symbol.asyncDispose]();
});

const withNodeSdk = [
  '--require',
  '@genai-otel/node/hook',
  '--require',
  join(preloadDirectory, 'support/plain-node-sdk.cjs'),
  '--require',
  standIn,
];
const withRegister = preloaded('--require');

/** Everything about a run that does not differ between two runs of the same program. */
async function observe(preload: string[], env: (url: string) => Record<string, string>, application = 'cjs.cjs') {
  await using receiver = await OtlpReceiver.start();
  const result = await run([...preload, app(application)], { env: { ...model.env, ...env(receiver.url) } });
  const changing = /^(process\.pid|service\.instance\.id|process\.command_args)$/;
  const resource = Object.entries(receiver.resource()).filter(([key]) => !changing.test(key));
  return {
    failure: result.code === 0 ? undefined : result.stderr,
    // The application's line may come before or after that of an exporter.
    stdout: result.stdout
      .split('\n')
      .filter((line) => !/--require|node\/(hook|register)'|plain-node-sdk/.test(line))
      .map((line) =>
        line
          .replaceAll(/(['"\w.]*([iI]d|pid|time\w*|duration|startTime|endTime|value)['"]?: ).*/gi, '$1')
          .replaceAll(/\d{6,}/g, ''),
      )
      .sort(),
    refused: receiver.refused,
    requests: receiver.requests
      .map(({ signal, headers }) => [
        signal,
        headers['content-type'],
        headers['content-encoding'],
        headers['x-test'],
        headers['user-agent'],
      ])
      .sort(),
    resource: Object.fromEntries(resource.map(([key, value]) => [key, key.startsWith('process.') ? undefined : value])),
    spans: receiver
      .spans()
      .map(({ name, attributes, droppedAttributesCount }) => ({ name, attributes, droppedAttributesCount })),
    counter: receiver.counter('stand_in.calls'),
    events: receiver.events('stand-in'),
  };
}

const json = (url: string) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' });

/** Values of `OTEL_*` variables, on top of an endpoint. */
const settings: Record<string, Record<string, string>> = {
  'the endpoint alone': {},
  'protobuf by default': { OTEL_EXPORTER_OTLP_PROTOCOL: '' },
  'no traces': { OTEL_TRACES_EXPORTER: 'none' },
  'no metrics and no logs': { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' },
  'traces on the console': {
    OTEL_TRACES_EXPORTER: 'console',
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
  },
  'traces on the console and by OTLP': { OTEL_TRACES_EXPORTER: 'console,otlp' },
  'one protocol per signal': { OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/protobuf' },
  headers: { OTEL_EXPORTER_OTLP_HEADERS: 'x-test=common', OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'x-test=traces' },
  compression: { OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' },
  'a sampler that drops': { OTEL_TRACES_SAMPLER: 'always_off' },
  'a sampler with an argument': { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' },
  'a service name': { OTEL_SERVICE_NAME: 'shop', OTEL_RESOURCE_ATTRIBUTES: 'service.name=other,team=a%20b' },
  'no resource detectors': { OTEL_NODE_RESOURCE_DETECTORS: 'none' },
  'some resource detectors': { OTEL_NODE_RESOURCE_DETECTORS: 'env,os' },
  'a limit of attributes': { OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '1' },
  'a limit of attribute length': { OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '10' },
};

describe.concurrent('register', { timeout: 30_000 }, () => {
  it.each(Object.entries(settings))('means by %s what NodeSDK means', async (_, env) => {
    const [plain, ours] = await Promise.all(
      [withNodeSdk, withRegister].map((preload) => observe(preload, (url) => ({ ...json(url), ...env }))),
    );
    expect(ours).toEqual(plain);
    expect(ours?.refused).toEqual([]);
  });

  it.each(['', 'b3', 'b3multi', 'none', 'baggage', 'tracecontext,b3'])(
    'means by OTEL_PROPAGATORS=%s what NodeSDK means',
    async (names) => {
      const env = (url: string) => ({ ...json(url), OTEL_PROPAGATORS: names });
      const plain = await observe(withNodeSdk, env, 'propagation.cjs');
      expect(await observe(withRegister, env, 'propagation.cjs')).toEqual(plain);
    },
  );

  it('reads OTEL_CONFIG_FILE as startNodeSdk does', async () => {
    const path = join(directory, 'otel.yaml');
    await writeFile(
      path,
      `file_format: "1.0"
resource:
  attributes:
    - name: service.name
      value: from-the-file
propagator:
  composite:
    - tracecontext:
tracer_provider:
  processors:
    - batch:
        exporter:
          otlp_http:
            endpoint: \${OTEL_EXPORTER_OTLP_ENDPOINT}/v1/traces
            encoding: json
meter_provider:
  readers:
    - periodic:
        exporter:
          otlp_http:
            endpoint: \${OTEL_EXPORTER_OTLP_ENDPOINT}/v1/metrics
            encoding: json
logger_provider:
  processors:
    - batch:
        exporter:
          otlp_http:
            endpoint: \${OTEL_EXPORTER_OTLP_ENDPOINT}/v1/logs
            encoding: json
`,
    );
    const env = (url: string) => ({ ...json(url), OTEL_CONFIG_FILE: path });
    const plain = await observe(withNodeSdk, env);
    const ours = await observe(withRegister, env);
    expect(ours).toEqual(plain);
    expect(ours).toMatchObject({
      resource: { 'service.name': 'from-the-file' },
      counter: 1,
      events: ['stand_in.call'],
    });
    expect(ours.spans).toHaveLength(2);
  });

  it.each([
    ['OTEL_CONFIG_FILE', '/nowhere/otel.yaml'],
    ['OTEL_TRACES_EXPORTER', 'jaeger'],
    ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'carrier-pigeon'],
    ['OTEL_TRACES_SAMPLER', 'sometimes'],
    ['OTEL_BSP_SCHEDULE_DELAY', 'soon'],
    ['OTEL_PROPAGATORS', 'pigeon'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'no url'],
  ])('warns about a bad %s and runs the application', async (name, value) => {
    await using receiver = await OtlpReceiver.start();
    const result = await run([...withRegister, app('cjs.cjs')], {
      env: { ...model.env, ...receiver.env, [name]: value },
    });
    expect(result).toMatchObject({ code: 0, stdout: 'hello\n' });
    const lines = result.stderr.split('\n').filter((line) => line.includes(value));
    expect(lines, result.stderr).toHaveLength(1);
  });

  it('does nothing at all when OTEL_SDK_DISABLED is true', async () => {
    for (const value of ['true', 'TRUE']) {
      const env = { OTEL_SDK_DISABLED: value };
      const bare = await run([app('state.cjs')], { env });
      for (const entry of ['register', 'hook'] as const) {
        const result = await run(['--import', `@genai-otel/node/${entry}`, app('state.cjs')], { env });
        expect(result).toMatchObject({ code: 0, stdout: bare.stdout, stderr: '' });
      }
    }
  });
});

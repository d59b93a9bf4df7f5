import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OtlpReceiver } from './otlp-receiver.ts';
import { OpenTelemetry2Installation } from './support/installation.ts';
import { ModelServer } from './support/model-server.ts';
import { app, preloadDirectory, preloaded, type RunOptions, run, standIn } from './support/run.ts';
import { runtimes } from './support/runtimes.ts';

let model: ModelServer;
beforeAll(async () => {
  model = await ModelServer.start();
});
afterAll(() => model[Symbol.asyncDispose]());

const support = (name: string) => join(preloadDirectory, 'support', name);

/** What a run printed, and how many calls reached the receiver in each signal. */
async function exported(args: string[], options: RunOptions = {}) {
  await using receiver = await OtlpReceiver.start();
  const { code, stdout, stderr } = await run(args, {
    ...options,
    env: { ...model.env, ...receiver.env, ...options.env },
  });
  return {
    code,
    stdout,
    stderr,
    refused: receiver.refused,
    spans: receiver.spans('stand-in').length,
    genaiSpans: receiver.spans('@genai-otel/instrumentation-openai').length,
    counted: receiver.counter('stand_in.calls') ?? 0,
    events: receiver.events('stand-in').length,
  };
}

const recorded = (calls: number) => ({
  code: 0,
  stdout: 'hello\n'.repeat(calls),
  stderr: '',
  refused: [],
  spans: calls,
  genaiSpans: calls,
  counted: calls,
  events: calls,
});

const inline = `
import OpenAI from 'openai';
const completion = await new OpenAI({ baseURL: process.env.OPENAI_BASE_URL }).chat.completions.create({
  model: 'test-model',
  messages: [{ role: 'user', content: 'hi' }],
});
console.log(completion.choices[0].message.content);`;

describe.concurrent.each(runtimes)('on Node.js $name', { timeout: 30_000 }, (runtime) => {
  it.each(['--import', '--require'] as const)(
    '%s records both copies of a dual package, and its subpaths',
    async (flag) => {
      expect(await exported([...preloaded(flag), app('both.mjs')], { runtime })).toEqual(recorded(3));
    },
  );

  it.each(['--import', '--require'] as const)('%s records a CommonJS application', async (flag) => {
    expect(await exported([...preloaded(flag), app('cjs.cjs')], { runtime })).toEqual(recorded(1));
  });

  it('NODE_OPTIONS records an ES module application', async () => {
    const env = { NODE_OPTIONS: preloaded('--import').join(' ') };
    expect(await exported([app('esm.mjs')], { runtime, env })).toEqual(recorded(1));
  });

  it('a worker thread records its own calls', async () => {
    expect(await exported([...preloaded('--import'), app('worker.mjs')], { runtime })).toEqual(recorded(1));
  });

  it('code on the command line is recorded', async () => {
    expect(await exported([...preloaded('--import'), '--input-type=module', '-e', inline], { runtime })).toEqual(
      recorded(1),
    );
  });

  it('preloading twice is preloading once', async () => {
    const twice = [
      '--require',
      '@genai-otel/node/register',
      '--import',
      '@genai-otel/node/hook',
      ...preloaded('--import'),
    ];
    expect(await exported([...twice, app('esm.mjs')], { runtime })).toEqual(recorded(1));
  });

  it.each([
    ['before', 'everything'],
    ['after', 'everything'],
    ['before', 'its own'],
    ['after', 'its own'],
  ])("another tool's module hook %s ours that wraps %s costs no call", async (order, wraps) => {
    const other = ['--import', support('other-module-hook.mjs')];
    const ours = preloaded('--import');
    const args = order === 'before' ? [...other, ...ours] : [...ours, ...other];
    const env = { OTHER_TOOL_WRAPS: wraps, NODE_NO_WARNINGS: '1' };
    expect(await exported([...args, app('esm.mjs')], { runtime, env })).toEqual(recorded(1));
  });
});

// Node.js 22.15 strips types behind a flag only.
describe.concurrent.each(runtimes.filter(({ name }) => name !== '22.15'))(
  'TypeScript on Node.js $name',
  { timeout: 30_000 },
  (runtime) => {
    const env = { NODE_NO_WARNINGS: '1' };

    it.each(['--import', '--require'] as const)('%s records a .ts ES module', async (flag) => {
      expect(await exported([...preloaded(flag), app('typescript.ts')], { runtime, env })).toEqual(recorded(1));
    });

    it('--require records a .cts file', async () => {
      expect(await exported([...preloaded('--require'), app('typescript.cts')], { runtime, env })).toEqual(recorded(1));
    });

    it('--import runs a .cts file, and records it where Node.js loads it through require', async () => {
      const calls = ['24.21', '26.10'].includes(runtime.name) ? 1 : 0;
      const expected = { ...recorded(calls), stdout: 'hello\n' };
      expect(await exported([...preloaded('--import'), app('typescript.cts')], { runtime, env })).toEqual(expected);
    });
  },
);

describe.concurrent('every supported major of an SDK', { timeout: 30_000 }, () => {
  it.each(['4.19', '4', '5', '6'])('openai %s is hooked in both module systems', async (major) => {
    const sdk = fileURLToPath(new URL(`../sdks/openai-${major}/node_modules/openai`, import.meta.url));
    const directory = await realpath(await mkdtemp(join(tmpdir(), 'genai-otel-sdk-')));
    try {
      await mkdir(join(directory, 'node_modules'));
      await symlink(sdk, join(directory, 'node_modules/openai'));
      await writeFile(join(directory, 'app.mjs'), inline);
      await writeFile(
        join(directory, 'app.cjs'),
        `const { OpenAI } = require('openai');(async () => {${inline.split('\n').slice(2).join('\n')}})();`,
      );
      for (const name of ['app.mjs', 'app.cjs']) {
        const result = await exported([...preloaded('--import'), join(directory, name)], {
          env: { NODE_NO_WARNINGS: '1' },
        });
        expect(result).toEqual(recorded(1));
      }
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

describe.concurrent('an application with an OpenTelemetry of its own', { timeout: 30_000 }, () => {
  it('needs the hook alone for its ES modules', async () => {
    const args = ['--import', '@genai-otel/node/hook', '--import', support('plain-node-sdk.cjs'), '--import', standIn];
    expect(await exported([...args, app('esm.mjs')])).toEqual(recorded(1));
  });

  it('may start it from its own entry point, with the hook preloaded', async () => {
    expect(await exported(['--import', '@genai-otel/node/hook', app('own-sdk.mjs')])).toEqual(recorded(1));
  });

  it('stays the host when register comes second, which is said in one line', async () => {
    const args = ['--import', support('plain-node-sdk.cjs'), ...preloaded('--import')];
    const env = { TEST_HOST_HAS_NO_INSTRUMENTATIONS: '1' };
    const result = await exported([...args, app('esm.mjs')], { env });
    expect(result.stderr).toMatch(/^@genai-otel\/node: OpenTelemetry has already been started[^\n]*\n$/);
    expect({ ...result, stderr: '' }).toEqual(recorded(1));
  });
});

describe.concurrent('what keeps telemetry from working', { timeout: 30_000 }, () => {
  it('an older API that has taken the global is named in one line, and the application runs', async () => {
    const args = ['--import', support('older-api-host.cjs'), '--import', '@genai-otel/node/register'];
    const result = await exported([...args, app('esm.mjs')]);
    expect(result.stderr).toMatch(/^@genai-otel\/node: a copy of @opentelemetry\/api 1\.9\.1 [^\n]*\n$/);
    expect(result).toMatchObject({ code: 0, stdout: 'hello\n', genaiSpans: 0 });
  });

  it.each(runtimes.filter(({ name }) => ['24.21', '26.10'].includes(name)))(
    'the permission model of Node.js $name does not, given files and network',
    async (runtime) => {
      const network = runtime.name === '26.10' ? ['--allow-net'] : [];
      const args = ['--permission', '--allow-fs-read=*', ...network, ...preloaded('--import')];
      // The network flag itself is announced as experimental.
      const env = { NODE_NO_WARNINGS: '1' };
      expect(await exported([...args, app('esm.mjs')], { runtime, env })).toEqual(recorded(1));
    },
  );
});

describe('beside OpenTelemetry 2.x and @opentelemetry/api 1.9', { timeout: 30_000 }, () => {
  let installation: OpenTelemetry2Installation;
  beforeAll(async () => {
    installation = await OpenTelemetry2Installation.create();
  });
  afterAll(() => installation[Symbol.asyncDispose]());

  it.each(['--import', '--require'])('%s register records all signals', async (flag) => {
    const args = [flag, '@genai-otel/node/register', flag, installation.path('support/stand-in.cjs')];
    const result = await exported([...args, installation.path('apps/both.mjs')], { cwd: installation.directory });
    expect(result).toEqual(recorded(3));
  });

  it('the hook serves an application that starts SDK 2.x itself', async () => {
    const args = ['--import', '@genai-otel/node/hook', installation.path('apps/own-sdk.mjs')];
    expect(await exported(args, { cwd: installation.directory })).toEqual(recorded(1));
  });
});

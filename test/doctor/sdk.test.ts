import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { consult, examine, genaiOtel, noExport, openai, stub, TestApplication } from './support.ts';

vi.setConfig({ testTimeout: 60_000 });

/** A class in the shape of the SDK's client, with one method that is hooked. */
const client = 'class OpenAI {}\nOpenAI.Embeddings = class { create() {} };\n';

const esmOnly = {
  'package.json': JSON.stringify({
    name: 'openai',
    version: '6.0.0',
    exports: { '.': { import: './index.mjs' }, './package.json': './package.json' },
  }),
  'index.mjs': "export { OpenAI, OpenAI as default } from './client.mjs';\n",
  'client.mjs': `${client}export { OpenAI };\n`,
};

const cjsOnly = {
  'package.json': JSON.stringify({ name: 'openai', version: '6.0.0', main: './index.js' }),
  'index.js': "module.exports = require('./client');\n",
  'client.js': `${client}module.exports = { OpenAI };\n`,
};

describe('an SDK that is hooked', () => {
  it.for(['4.19', '4', '5', '6', '7'] as const)('openai %s is reported hooked in both copies', async (release) => {
    const { code, report } = await examine({ packages: { openai: openai(release) } });
    expect(report.sdks).toMatchObject([
      {
        package: 'openai',
        status: 'hooked',
        routes: [
          { route: 'import', status: 'hooked', format: 'esm' },
          { route: 'require', status: 'hooked', format: 'cjs' },
        ],
      },
    ]);
    expect({ code, ok: report.ok }).toEqual({ code: 0, ok: true });
  });

  it('is said for people with version, range, files and a verdict', async () => {
    const { code, stdout } = await consult({ packages: { openai: openai('6') } });
    expect(code).toBe(0);
    expect(stdout).toMatch(/✔ openai 6\.\d+\.\d+ +hooked \(supported: >=4\.19\.0 <8\)/);
    expect(stdout).toMatch(/import {2}→ .*index\.mjs \(ESM\): hooked: \d+ methods in client/);
    expect(stdout).toMatch(/require → .*index\.js \(CommonJS\): hooked: \d+ methods in client/);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('✔ 1 of 1 installed SDK hooked.');
  });

  it('needs only the copy that the package has: ES modules', async () => {
    const { code, report } = await examine({ manifest: { type: 'module' }, packages: { openai: esmOnly } });
    expect(report.sdks[0]?.routes).toMatchObject([
      { route: 'import', status: 'hooked', format: 'esm', hookedFiles: ['client'] },
      { route: 'require', status: 'absent' },
    ]);
    expect(code).toBe(0);
  });

  it('needs only the copy that the package has: CommonJS', async () => {
    const { code, report } = await examine({ manifest: { type: 'commonjs' }, packages: { openai: cjsOnly } });
    expect(report.sdks[0]?.routes).toMatchObject([
      { route: 'import', status: 'hooked', format: 'cjs', hookedFiles: ['client'] },
      { route: 'require', status: 'hooked', format: 'cjs', hookedFiles: ['client'] },
    ]);
    expect(code).toBe(0);
  });

  it('stays hooked below a preload of the application that leaves it alone', async () => {
    const { code } = await examine(
      { files: { 'early.mjs': 'globalThis.early = true;\n' }, packages: { openai: openai('6') } },
      { ...noExport, NODE_OPTIONS: '--import ./early.mjs' },
    );
    expect(code).toBe(0);
  });
});

describe('an SDK that is installed and not hooked fails the command', () => {
  it('at a version out of range', async () => {
    const { code, stdout } = await consult({ packages: { openai: stub('openai', '99.0.0') } });
    expect(stdout).toContain(
      '✘ openai 99.0.0  not hooked: version 99.0.0 is outside of the supported range >=4.19.0 <8',
    );
    expect(stdout).toContain('→ Install a version in that range (npm install "openai@>=4.19.0 <8")');
    expect(stdout).toContain('✘ 0 of 1 installed SDK hooked.');
    expect(code).toBe(1);
  });

  it('that cannot be loaded, with the message but not the secret in it', async () => {
    const broken = { ...cjsOnly, 'client.js': "throw new Error('no luck with ' + process.env.OPENAI_API_KEY);\n" };
    const env = { ...noExport, OPENAI_API_KEY: 'sk-planted-0123456789' };
    const { code, report, output } = await examine({ packages: { openai: broken } }, env);
    expect(report.sdks).toMatchObject([
      { status: 'not-hooked', reason: 'could-not-be-loaded', message: 'Error: no luck with [REDACTED]' },
    ]);
    expect(output).not.toContain('sk-planted-0123456789');
    expect(code).toBe(1);
  });

  it('that ends the process', async () => {
    const { code, report } = await examine({ packages: { openai: { ...cjsOnly, 'client.js': 'process.exit(7);\n' } } });
    expect(report.sdks).toMatchObject([{ reason: 'could-not-be-loaded', message: expect.stringContaining('code 7') }]);
    expect(code).toBe(1);
  });

  it('that never finishes loading', async () => {
    const endless = {
      ...esmOnly,
      'client.mjs': `${esmOnly['client.mjs']}setInterval(() => {}, 1000);\nawait new Promise(() => {});\n`,
    };
    const { code, report } = await examine({ packages: { openai: endless } });
    expect(report.sdks).toMatchObject([
      { reason: 'could-not-be-loaded', message: expect.stringContaining('15 seconds') },
    ]);
    expect(code).toBe(1);
  });

  it('while OTEL_SDK_DISABLED is set', async () => {
    const { code, report } = await examine(
      { packages: { openai: openai('6') } },
      { ...noExport, OTEL_SDK_DISABLED: 'true' },
    );
    expect(report.sdks).toMatchObject([{ status: 'not-hooked', reason: 'disabled' }]);
    expect(report.findings).toContainEqual(
      expect.objectContaining({ level: 'problem', section: 'SDKs', action: 'Unset OTEL_SDK_DISABLED.' }),
    );
    expect(code).toBe(1);
  });

  it('because a preload has loaded it before the hook', async () => {
    const { code, report } = await examine(
      { files: { 'early.mjs': "import 'openai';\n" }, packages: { openai: openai('6') } },
      { ...noExport, NODE_OPTIONS: '--import ./early.mjs' },
    );
    expect(report.sdks).toMatchObject([{ status: 'not-hooked', reason: 'loaded-before-the-hook' }]);
    expect(code).toBe(1);
  });

  it('because it is linked to a folder that the hook does not know', async () => {
    await using elsewhere = await TestApplication.create({ files: esmOnly });
    const { code, report } = await examine({ packages: { openai: elsewhere.directory } });
    expect(report.sdks).toMatchObject([{ status: 'not-hooked', reason: 'outside-of-node-modules' }]);
    expect(code).toBe(1);
  });
});

describe('an SDK that is not installed', () => {
  it('does not fail the command', async () => {
    const { code, stdout } = await consult({});
    expect(stdout).toMatch(/– openai +not installed where the application resolves it/);
    expect(stdout).toContain('! No supported SDK is installed here.');
    expect(code).toBe(0);
  });

  it('is warned of when package.json names it', async () => {
    const { code, report } = await examine({ manifest: { dependencies: { openai: '^6' } } });
    expect(report.findings).toMatchObject([
      { level: 'warning', section: 'SDKs', action: expect.stringContaining('npm install') },
    ]);
    expect(code).toBe(0);
  });
});

it('a copy out of range that a dependency brings is warned of', async () => {
  const dependency = {
    ...stub('helper', '1.0.0'),
    'node_modules/openai/package.json': stub('openai', '3.3.0')['package.json'] ?? '',
  };
  const { code, report } = await examine({ packages: { openai: openai('6'), helper: dependency } });
  expect(report.findings).toMatchObject([
    {
      level: 'warning',
      label: 'openai 3.3.0',
      text: expect.stringContaining('node_modules/helper/node_modules/openai'),
    },
  ]);
  expect(code).toBe(0);
});

it('a bundler is pointed out, with the way to keep the SDK external', async () => {
  const { stdout } = await consult({ manifest: { dependencies: { next: '16' } }, packages: { openai: openai('6') } });
  expect(stdout).toMatch(/– next .*may bundle the SDKs/);
  expect(stdout).toContain('serverExternalPackages');
});

it('trying the SDKs makes no connection, whatever the preloads do', async () => {
  let connections = 0;
  const server = createServer().on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  // The command itself is below NODE_OPTIONS too; what the preload does there is the user's own doing.
  const preload = `
    import { writeFileSync } from 'node:fs';
    if (process.argv[1].endsWith('probe.mjs')) {
      const error = await fetch('${url}').catch((error) => error);
      writeFileSync('attempt', String(error.cause?.message));
    }
  `;
  await using application = await TestApplication.create({
    files: { 'early.mjs': preload },
    packages: { openai: openai('6') },
  });
  const env = { ...noExport, NODE_OPTIONS: '--import ./early.mjs' };
  const { code } = await genaiOtel(application.directory, ['doctor'], env);
  server.close();
  expect(await readFile(join(application.directory, 'attempt'), 'utf8')).toContain('makes no connections');
  expect({ code, connections }).toEqual({ code: 0, connections: 0 });
});

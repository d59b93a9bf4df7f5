import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OpenAIServer, startOpenAIServer } from '../support/openai-server.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

let server: OpenAIServer;
let folder: string;
beforeAll(async () => {
  server = await startOpenAIServer();
  // Below the repository, so that what stays outside of the bundle is found.
  folder = await mkdtemp(join(here, '../../node_modules/.bundle-'));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

describe.each([
  { format: 'esm', ending: 'mjs' },
  { format: 'cjs', ending: 'cjs' },
] as const)('an application that esbuild made one file of, as $format', ({ format, ending }) => {
  let bundle: string;
  beforeAll(async () => {
    bundle = join(folder, `app.${ending}`);
    await build({
      entryPoints: [join(here, 'app.ts')],
      outfile: bundle,
      bundle: true,
      minify: true,
      platform: 'node',
      format,
      logLevel: 'error',
      external: ['@opentelemetry/*', 'import-in-the-middle', '@pydantic/genai-prices'],
      // The CommonJS parts of the SDK's dependencies ask for `require`.
      ...(format === 'esm' && {
        banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
      }),
    });
  });

  const run = async (argument: string) => {
    const { stdout } = await promisify(execFile)(process.execPath, [bundle, argument], {
      cwd: folder,
      env: { ...process.env, MODEL_SERVER_URL: server.url },
    });
    return JSON.parse(stdout);
  };

  test('is recorded once it gives its class to instrument()', async () => {
    expect(await run('instrument')).toEqual({ same: true, spans: ['chat gpt-4o', 'chat gpt-4o'], hasCost: true });
  });

  test('is not seen without', async () => {
    expect(await run('nothing')).toEqual({ same: true, spans: [], hasCost: false });
  });
});

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OpenAIServer, startOpenAIServer } from '../support/openai-server.ts';

const hook = new URL('../../packages/node/dist/hook.cjs', import.meta.url).href;
const app = (host: string) => fileURLToPath(new URL(`../hosts/${host}/app.mjs`, import.meta.url));

let server: OpenAIServer;
beforeAll(async () => {
  server = await startOpenAIServer();
});
afterAll(() => server.close());

test.each(['otel-2', 'otel-3'])(
  'the NodeSDK of a host on %s gets spans, metrics and events in one line',
  async (host) => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', hook, app(host)], {
      env: { ...process.env, MODEL_SERVER_URL: server.url },
    });
    expect(JSON.parse(stdout)).toEqual({
      spans: ['chat gpt-4o 0', 'chat gpt-4o 2'],
      events: ['gen_ai.client.operation.exception'],
      durations: [1, 1],
      schemas: ['https://opentelemetry.io/schemas/1.41.0'],
    });
  },
);

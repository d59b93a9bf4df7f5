import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OpenAIServer, startOpenAIServer } from '../support/openai-server.ts';

const app = fileURLToPath(new URL('../hosts/otel-contrib/app.cjs', import.meta.url));

let server: OpenAIServer;
beforeAll(async () => {
  server = await startOpenAIServer();
});
afterAll(() => server.close());

test.each(['ours-first', 'theirs-first'])(
  "a call beside OpenTelemetry's own OpenAI instrumentation is one span and one point, registered %s",
  async (order) => {
    const { stdout } = await promisify(execFile)(process.execPath, [app, order], {
      env: { ...process.env, MODEL_SERVER_URL: server.url },
    });
    const recorded = JSON.parse(stdout);
    expect(recorded.spans).toEqual(['chat gpt-4o', 'chat gpt-4o', 'text_completion gpt-3.5-turbo-instruct']);
    expect(recorded.chatPoints).toBe(2);
    expect(recorded.completionPoints).toBe(1);
    expect(recorded.warnings).toHaveLength(1);
    expect(recorded.warnings[0]).toContain('@opentelemetry/instrumentation-openai records these calls too');
  },
);

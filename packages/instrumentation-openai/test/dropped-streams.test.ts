import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OpenAIServer, startOpenAIServer } from '../../../test/support/openai-server.ts';

let server: OpenAIServer;
beforeAll(async () => {
  server = await startOpenAIServer();
});
afterAll(() => server.close());

const app = fileURLToPath(new URL('apps/dropped.ts', import.meta.url));
const run = promisify(execFile);

/** Runs the application in a process of its own, whose garbage collector can be called. */
const endOf = async (what: string): Promise<unknown> => {
  const { stdout } = await run(process.execPath, ['--expose-gc', app, server.url, what], { timeout: 30_000 });
  return JSON.parse(stdout);
};

const completed = { name: 'chat gpt-4o-mini', ended: true };

it.each([
  ['a stream that is dropped unread', 'unread', { ...completed, cancelled: true }],
  ['a stream that is dropped half read', 'half-read', { ...completed, cancelled: true, id: 'chatcmpl-1' }],
  ['both branches of a tee that are dropped', 'tee', { ...completed, cancelled: true, id: 'chatcmpl-1' }],
  ['an answer that nobody waits for', 'forgotten', { ...completed, status: 200 }],
  ['an answer of a helper that nobody waits for', 'forgotten-helper', { ...completed, status: 200 }],
])('%s ends its recording', async (_name, what, expected) => {
  expect(await endOf(what)).toEqual([expected]);
});

it('a stream that is dropped while it is being read goes on, and is completed', async () => {
  expect(await endOf('iterator')).toEqual([{ ...completed, id: 'chatcmpl-1', outputTokens: 10 }]);
});

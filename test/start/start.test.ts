import { spawn } from 'node:child_process';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startModelServer } from '../../scripts/demo/model-server.mjs';

// Each run starts three programs.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Result {
  pid: number;
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs `npm start`'s script on what is built, in a process group of its own, without the environment of the tests. */
function start(env: Record<string, string> = {}): Promise<Result> {
  const child = spawn(process.execPath, ['scripts/start.mjs', '--no-prepare'], {
    cwd: root,
    env: { PATH: process.env.PATH, ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const result = { pid: child.pid ?? 0, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    result.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    result.stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ ...result, code }));
  });
}

/** The operations of the tree: a line with its bar, and the line of its details. */
function operations({ stdout }: Result): string[] {
  const tree = stdout.slice(stdout.indexOf('\nTrace'), stdout.indexOf('\nMetrics'));
  return tree.split(/\n(?=[│├└ ]*\S+ .*━)/).slice(1);
}

describe('npm start', () => {
  let result: Result;
  beforeAll(async () => {
    result = await start();
  });

  test('ends by itself, well, and without a complaint', () => {
    expect(result).toMatchObject({ code: 0, stderr: '' });
  });

  test('shows every operation of the example once', () => {
    const names = operations(result).map((text) => text.split(/ {2,}/)[0]);
    expect(names.sort()).toEqual([
      ...Array.from({ length: 6 }, () => 'chat gpt-5-mini'),
      'embeddings text-embedding-3-small',
      'execute_tool get_weather',
    ]);
  });

  test('shows the tokens that the server reported, of a stream and of embeddings too', () => {
    const text = operations(result).join('\n');
    expect(text).toContain('in 1,180 (cached 1,024) out 86 (reasoning 64)');
    expect(text).toMatch(/in 178 out 17 · first chunk \d+ ms/);
    expect(text).toContain('in 94 out 18');
    expect(text).toContain('in 12');
  });

  test('shows the request that was repeated as one operation with a retry', () => {
    const retried = operations(result).filter((text) => text.includes('retry'));
    expect(retried).toHaveLength(1);
    expect(retried[0]).toContain('1 retry · in 41 out 14');
  });

  test('shows the refused request with the error type of the provider', () => {
    const failed = operations(result).filter((text) => text.includes('error'));
    expect(failed).toHaveLength(1);
    expect(failed[0]).toContain('error invalid_api_key · HTTP 401');
  });

  test('shows the metrics', () => {
    const metrics = result.stdout.slice(result.stdout.indexOf('\nMetrics'));
    expect(metrics).toMatch(/gen_ai\.client\.operation\.duration {2}s\n {2}chat · gpt-5-mini/);
    expect(metrics).toMatch(/genai_otel\.client\.operation\.retries.*\n {2}chat · gpt-5-mini +1\n/);
  });

  test('writes no escape sequences into a pipe, unless it is told to', async () => {
    expect(result.stdout).not.toContain('\u001b');
    const { stdout } = await start({ FORCE_COLOR: '1' });
    expect(stdout).toContain('\u001b[31merror invalid_api_key');
  });

  test('leaves no process behind that could listen', () => {
    expect(() => process.kill(-result.pid, 0)).toThrow('ESRCH');
  });
});

describe('npm start with OTEL_EXPORTER_OTLP_ENDPOINT', () => {
  const requests: { path: string | undefined; headers: IncomingHttpHeaders; body: string }[] = [];
  const collector = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    requests.push({ path: request.url, headers: request.headers, body });
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  beforeAll(() => new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve)));
  afterAll(() => new Promise((resolve) => collector.close(resolve)));

  test('sends everything there too, with the headers that the environment names', async () => {
    const { port } = collector.address() as AddressInfo;
    const result = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}/base/`,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=travel',
    });
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(new Set(requests.map(({ path }) => path))).toEqual(
      new Set(['/base/v1/traces', '/base/v1/metrics', '/base/v1/logs']),
    );
    for (const { headers } of requests)
      expect(headers).toMatchObject({ 'x-tenant': 'travel', 'content-type': 'application/json' });
    expect(result.stdout).toContain(`Sent on to http://127.0.0.1:${port} as well.`);
    const spans = requests.filter(({ path }) => path === '/base/v1/traces').map(({ body }) => body);
    expect(spans.join('')).toContain('execute_tool get_weather');
  });

  test('says in one line that nobody answers there, and goes on', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const result = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` });
    expect(result.code).toBe(0);
    expect(result.stderr).toBe(`Could not export to http://127.0.0.1:${port} over OTLP/HTTP: ECONNREFUSED\n`);
    expect(result.stdout).not.toContain('Sent on');
    expect(operations(result).length).toBeGreaterThan(0);
  });
});

test('npm start with OPENAI_API_KEY calls the API of the environment, and leaves out what only the model server does', async () => {
  const api = await startModelServer();
  try {
    const result = await start(api.env);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toContain('OPENAI_API_KEY is set');
    expect(operations(result)).toHaveLength(6);
    expect(result.stdout).not.toMatch(/retry|invalid_api_key/);
  } finally {
    await api.stop();
  }
});

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startOpenAIServer } from '../support/openai-server.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Modules for `--import`: the program's own OpenTelemetry alone, and the same with the instrumentation. */
export const preloads = {
  bare: here('host.mjs'),
  instrumented: process.env.TRANSPARENCY_PRELOAD ?? here('instrumented.mjs'),
};

export type Preload = keyof typeof preloads;

/** What a program saw in one scenario. */
export interface Seen {
  returned?: unknown;
  threw?: unknown;
  unsupported?: string;
  log: unknown[];
  requests: unknown[];
  unhandled: unknown[];
}

/** A span of the process, whether or not it ended. */
export interface ReportedSpan {
  /** The scenario that ran when the span started. */
  scenario?: string;
  name: string;
  scope: string;
  spanId: string;
  ends: number;
}

export interface Ended {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
  view: Record<string, Seen>;
  spans: ReportedSpan[];
}

/** Runs the entry file of one SDK version in a process of its own, against a server of its own. */
export async function runProgram(
  sdk: string,
  entry: 'mjs' | 'cjs',
  preload: Preload,
  env: Record<string, string> = {},
): Promise<Ended> {
  const server = await startOpenAIServer();
  const folder = await mkdtemp(join(tmpdir(), 'transparency-'));
  const files = { TRANSPARENCY_VIEW: join(folder, 'view.json'), GENAI_OTEL_TEST_REPORT: join(folder, 'spans.json') };
  try {
    const args = ['--expose-gc', '--import', preloads[preload], here(`../sdks/${sdk}/transparency.${entry}`)];
    const ended = await new Promise<Pick<Ended, 'code' | 'signal' | 'stdout' | 'stderr'>>((resolve) => {
      const options = {
        env: { ...environment(), ...files, ...env, OPENAI_SERVER_URL: server.url },
        maxBuffer: 64 << 20,
      };
      const child = execFile(process.execPath, args, options, (_error, stdout, stderr) =>
        resolve({ code: child.exitCode, signal: child.signalCode, stdout, stderr }),
      );
    });
    return {
      ...ended,
      view: ((await readJson(files.TRANSPARENCY_VIEW)) ?? {}) as Record<string, Seen>,
      spans: ((await readJson(files.GENAI_OTEL_TEST_REPORT)) ?? []) as ReportedSpan[],
    };
  } finally {
    await rm(folder, { recursive: true });
    await server.close();
  }
}

/** The environment without what could change the SDK or OpenTelemetry behind the back of the comparison. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(OPENAI_|OTEL_|NODE_OPTIONS|NODE_V8_COVERAGE|VITEST)/.test(name),
  );
  return Object.fromEntries(kept);
}

async function readJson(file: string): Promise<unknown> {
  const content = await readFile(file, 'utf8').catch(() => undefined);
  return content === undefined ? undefined : JSON.parse(content);
}

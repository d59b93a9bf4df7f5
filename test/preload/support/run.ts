import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { currentRuntime, type Runtime } from './runtimes.ts';

export interface Run {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  /** From start to end, in milliseconds. */
  duration: number;
}

export interface RunOptions {
  runtime?: Runtime;
  env?: Record<string, string | undefined>;
  cwd?: string;
  /** Called with each line of standard output, to act on a running process. */
  onLine?: (line: string, child: ChildProcess) => void;
}

export const preloadDirectory = fileURLToPath(new URL('..', import.meta.url));
export const app = (name: string) => fileURLToPath(new URL(`../apps/${name}`, import.meta.url));
export const standIn = fileURLToPath(new URL('stand-in.cjs', import.meta.url));

/** Arguments that preload the package under test, and the instrumentation that stands in for the real ones. */
export const preloaded = (flag: '--import' | '--require', entry: 'register' | 'hook' = 'register') => [
  flag,
  `@genai-otel/node/${entry}`,
  flag,
  standIn,
];

/** The environment without anything that would reach OpenTelemetry or Node.js by accident. */
const cleanEnvironment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(OTEL_|NODE_OPTIONS|OPENAI_|VITEST|NODE_V8)/.test(name)),
);

/** After which a process that does not end is killed, so that a failing test leaves none behind. */
const killAfterMillis = 25_000;

/** Runs Node.js with these arguments until it ends. */
export function run(
  args: string[],
  { runtime = currentRuntime, env = {}, cwd = preloadDirectory, onLine }: RunOptions = {},
): Promise<Run> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(runtime.path, args, {
      cwd,
      env: { ...cleanEnvironment, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: killAfterMillis,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    let seen = 0;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      const lines = stdout.split('\n');
      for (const line of lines.slice(seen, -1)) onLine?.(line, child);
      seen = lines.length - 1;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code, signal) =>
      resolve({ code, signal, stdout, stderr, duration: performance.now() - started }),
    );
  });
}

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Application } from '../application.ts';
import type { RouteResult } from './result.ts';

/** Longest time that loading an SDK may take, in milliseconds. */
const bound = 15_000;

const resolveFile = (url: string): string => fileURLToPath(new URL(url, import.meta.url));

/** What came of it, or why nothing did, in one line. */
export type ProbeOutcome = { routes: RouteResult[] } | { failure: string };

/**
 * Loads an SDK in a process of its own, in the application's folder and below our module hook. Exporters are off.
 *
 * @param nodeOptions what Node.js is started with besides
 */
export function runProbe(application: Application, packageName: string, nodeOptions: string[]): Promise<ProbeOutcome> {
  const { promise, resolve } = Promise.withResolvers<ProbeOutcome>();
  const hook = import.meta.resolve('@genai-otel/node/hook');
  const offline = resolveFile('./doctor/offline.cjs');
  const child = spawn(
    process.execPath,
    [
      ...['--no-warnings', '--experimental-import-meta-resolve', '--require', offline],
      ...nodeOptions,
      ...['--import', hook, resolveFile('./doctor/probe.mjs'), packageName, application.parentUrl],
    ],
    { cwd: application.directory, env: quietEnvironment(), stdio: ['ignore', 'ignore', 'pipe', 'pipe'] },
  );
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill('SIGKILL');
  }, bound);
  const output = { errors: '', result: '' };
  child.stdio[2]?.on('data', (chunk: Buffer) => {
    output.errors = (output.errors + chunk.toString()).slice(-10_000);
  });
  child.stdio[3]?.on('data', (chunk: Buffer) => {
    output.result += chunk.toString();
  });
  child.on('error', (error) => resolve({ failure: error.message }));
  child.on('close', (code, signal) => {
    clearTimeout(timer);
    if (timedOut) resolve({ failure: `it was not loaded within ${bound / 1000} seconds` });
    else if (output.result !== '') resolve({ routes: JSON.parse(output.result) as RouteResult[] });
    else
      resolve({
        failure: `the process that loaded it ended with ${signal ?? `code ${code}`}${lastError(output.errors)}`,
      });
  });
  return promise;
}

/** The environment without telemetry, and without options that are passed in another way. */
function quietEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, OTEL_SDK_DISABLED: __, OTEL_CONFIG_FILE: ___, ...environment } = process.env;
  return { ...environment, OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };
}

/** The line of standard error that names an error, if there is one. */
function lastError(text: string): string {
  const line = text.split('\n').findLast((each) => /^\s*(?:\[?\w*Error\b|.*Error:)/.test(each));
  return line === undefined ? '' : `: ${line.trim().slice(0, 300)}`;
}

import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OtlpReceiver } from './otlp-receiver.ts';
import { ModelServer } from './support/model-server.ts';
import { app, preloaded, type Run, type RunOptions, run } from './support/run.ts';

let model: ModelServer;
beforeAll(async () => {
  model = await ModelServer.start();
});
afterAll(() => model[Symbol.asyncDispose]());

const signalWhenReady = (signal: NodeJS.Signals) => (line: string, child: ChildProcess) => {
  if (line === 'ready') child.kill(signal);
};

/** What an application's operator sees of a run, without the paths of stack traces and the address of the process. */
const visible = ({ code, signal, stdout, stderr }: Run) => ({
  code,
  signal,
  stdout,
  stderr: stderr.replaceAll(/\(node:\d+\)/g, ''),
});

/** Runs the ending application without and with the preload. */
async function bareAndPreloaded(way: string, env: Record<string, string>, options: RunOptions = {}) {
  const all = { ...options, env: { ...model.env, ...env, ...options.env } };
  const [bare, instrumented] = await Promise.all([
    run([app('ending.mjs'), way], all),
    run([...preloaded('--import'), app('ending.mjs'), way], all),
  ]);
  return { bare, instrumented };
}

const endings = [
  'naturally',
  'withExitCode',
  'byExit',
  'byExitInTheMiddle',
  'byUncaughtException',
  'byUnhandledRejection',
  'withUnsettledAwait',
  'withWorkBeforeExit',
  'withPromisesBeforeExit',
  'withImmediateBeforeExit',
];

const signalled = [
  'bySignal',
  'bySignalWithOwnHandler',
  'bySignalWithExitingHandler',
  'bySignalWithIgnoringHandler',
  'bySignalWithPoliteHandler',
];

describe.concurrent('the end of a process', { timeout: 30_000 }, () => {
  it.each(endings)('%s is the same with the preload, and everything recorded is delivered', async (way) => {
    await using receiver = await OtlpReceiver.start();
    const { bare, instrumented } = await bareAndPreloaded(way, receiver.env);
    expect(visible(instrumented)).toEqual(visible(bare));
    expect(receiver.refused).toEqual([]);
    expect(receiver.spans('stand-in')).toHaveLength(1);
    expect(receiver.counter('stand_in.calls')).toBe(1);
    expect(receiver.events('stand-in')).toEqual(['stand_in.call']);
  });

  it.each(signalled.flatMap((way) => (['SIGTERM', 'SIGINT'] as const).map((signal) => [way, signal] as const)))(
    '%s %s is the same with the preload, and everything recorded is delivered',
    async (way, signal) => {
      await using receiver = await OtlpReceiver.start();
      const { bare, instrumented } = await bareAndPreloaded(
        way,
        { ...receiver.env, TEST_SIGNAL: signal },
        { onLine: signalWhenReady(signal) },
      );
      expect(visible(instrumented)).toEqual(visible(bare));
      expect(receiver.spans('stand-in')).toHaveLength(1);
      expect(receiver.counter('stand_in.calls')).toBe(1);
    },
  );
});

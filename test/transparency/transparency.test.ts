import { beforeAll, describe, expect, test } from 'vitest';
import { fates } from './fates.mjs';
import { type Ended, type Preload, type ReportedSpan, runProgram, type Seen } from './run.ts';
import { scenarios } from './scenarios.mjs';

const MINUTES = 60_000;

/** What a version of the SDK does not have: scenarios that stop there are counted on, so that none is left out unnoticed. */
const missing: Record<string, string[]> = {
  'openai-4.19': [
    'AzureOpenAI',
    'ResponseStream.fromReadableStream',
    'assistants',
    'batches',
    'parse',
    'realtime',
    'responses',
    'withOptions',
  ],
  'openai-4': ['ResponseStream.fromReadableStream', 'withOptions'],
  'openai-5': ['ResponseStream.fromReadableStream', 'runFunctions'],
  'openai-6': ['runFunctions'],
  'openai-7': ['runFunctions'],
};

/** Scenarios that record something in every version that has them: without that, an empty comparison would prove nothing. */
const recorded = [
  'an awaited completion is the body that the server sent',
  'an awaited response is the body that the server sent',
  'a stream gives the chunks that the server sent',
  'a responses stream gives every event',
  'a chat stream helper is iterated',
  'runTools calls the tool and gives the final answer',
  'each failure of a completion is the SDK’s own error',
  'legacy completions, plain and streamed',
  'embeddings as floats and as base64',
];

/** One folder of `test/sdks` instead of all. */
const only = process.env.TRANSPARENCY_SDK;

for (const sdk of Object.keys(missing).filter((name) => !only || name === only)) {
  for (const entry of ['mjs', 'cjs'] as const) {
    describe(`${sdk}, ${entry}`, () => {
      const runs = {} as Record<Preload, Ended>;

      beforeAll(async () => {
        for (const preload of ['bare', 'instrumented'] as const) runs[preload] = await runProgram(sdk, entry, preload);
      }, 5 * MINUTES);

      test('the program comes to its end and prints the same', () => {
        expect(runs.bare).toMatchObject({ code: 0, signal: null });
        expect(Object.keys(runs.bare.view)).toEqual(Object.keys(scenarios));
        expect(output(runs.instrumented)).toEqual(output(runs.bare));
      });

      test('only what this version does not have is left out', () => {
        const left = Object.values(runs.bare.view).flatMap(({ unsupported }) => unsupported ?? []);
        expect([...new Set(left)].sort()).toEqual(missing[sdk]);
      });

      test.each(Object.keys(scenarios))('%s', (name) => {
        const [bare, instrumented] = [runs.bare.view[name], runs.instrumented.view[name]] as [Seen, Seen];
        expect(instrumented).toEqual(bare);
      });

      test('the instrumentation is there: calls are recorded', () => {
        const seen = new Set(ours(runs.instrumented.spans).map(({ scenario }) => scenario));
        const expected = recorded.filter((name) => runs.bare.view[name]?.unsupported === undefined);
        expect(expected.filter((name) => !seen.has(name))).toEqual([]);
      });

      test('every recording ends, once', () => assertEveryRecordingEnded(runs.instrumented.spans));

      test.each(Object.keys(fates))(
        'fate: %s',
        async (name) => {
          const fate = { TRANSPARENCY_FATE: name };
          const bare = await runProgram(sdk, entry, 'bare', fate);
          const instrumented = await runProgram(sdk, entry, 'instrumented', fate);
          expect(output(instrumented)).toEqual(output(bare));
        },
        MINUTES,
      );
    });
  }
}

/** Exit code and what was printed; ports, and frames of stacks are not compared. */
function output({ code, signal, stdout, stderr }: Ended): unknown {
  const errors = stderr
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
    .replaceAll(/^ +at .*\n/gm, '')
    .replaceAll(/(localPort|remotePort|bytesWritten|bytesRead): \d+/g, '$1')
    // Node's excerpt of the place of an uncaught throw depends on what it knows of the loaded source.
    .replaceAll(/^(?:file:|node:|\/)\S*:\d+\n(?:.*\n)*?\s*\^+\n/gm, '')
    .replaceAll(/(date|'x-request-id'|etag): .*/g, '$1');
  return { code, signal, stdout, stderr: errors };
}

const ours = (spans: ReportedSpan[]): ReportedSpan[] => spans.filter(({ scope }) => scope.startsWith('@genai-otel/'));

/** Started and ended are the same number: no span of ours is left open and none ends twice. */
function assertEveryRecordingEnded(spans: ReportedSpan[]): void {
  const open = ours(spans).filter(({ ends }) => ends !== 1);
  expect(open.map(({ scenario, name, ends }) => ({ scenario, name, ends }))).toEqual([]);
}

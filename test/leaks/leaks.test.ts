import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Report } from './program.ts';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const PATIENCE = 180_000;

function run(...args: (string | number)[]): Promise<Report> {
  // Code that is thrown away while nothing runs would hide a leak of megabytes.
  const flags = [
    '--expose-gc',
    '--no-flush-bytecode',
    '--import',
    here('from-source.mjs'),
    here('program.ts'),
    ...args.map(String),
  ];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, flags, { env: {}, timeout: PATIENCE - 5000 }, (error, stdout, stderr) => {
      if (error || stderr !== '') reject(new Error(`${error?.message ?? ''}\n${stderr}`));
      else resolve(JSON.parse(stdout) as Report);
    });
  });
}

const growth = ({ early, late }: Report): number => late - early;

describe('the heap stays flat', { timeout: PATIENCE }, () => {
  // 3 bytes for each call and one for each chunk: less than one slot of an array that holds on to it.
  it.each([
    ['100,000 calls', 'create', 100_000, 'sdk', 240_000],
    ['100,000 calls without an OpenTelemetry SDK', 'create', 100_000, 'none', 240_000],
    ['1,000,000 chunks in 500 streams', 'stream', 500, 'sdk', 800_000],
    ['1,000,000 chunks without an OpenTelemetry SDK', 'stream', 500, 'none', 800_000],
  ] as const)('over %s', async (_what, scenario, operations, host, bound) => {
    const report = await run(scenario, operations, host);
    expect(growth(report)).toBeLessThan(bound);
    const expected = host === 'sdk' ? operations : 0;
    expect(report).toMatchObject({ open: 0, started: expected, ended: expected });
  });

  // 50 bytes are less than one small object for each call.
  it.each([
    ['30,000 calls with content', 'create', 30_000, 'sdk', 'SPAN_AND_EVENT'],
    ['60,000 calls that fail', 'failing', 60_000, 'sdk', 'NO_CONTENT'],
    ['30,000 raw responses', 'raw', 30_000, 'sdk', 'NO_CONTENT'],
    // A fifth of them fills what is kept of the first models, by OpenTelemetry and by us.
    ['60,000 calls, each of another model', 'models', 60_000, 'sdk', 'NO_CONTENT'],
    ['60,000 calls, each of another model, without an OpenTelemetry SDK', 'models', 60_000, 'none', 'NO_CONTENT'],
  ] as const)('over %s', async (_what, scenario, operations, host, captureContent) => {
    const report = await run(scenario, operations, host, captureContent);
    expect(growth(report) / report.between).toBeLessThan(50);
    expect(report).toMatchObject({ open: 0, ended: report.started });
  });
});

describe('what the application lets go of is let go of', { timeout: PATIENCE }, () => {
  // The runtime itself is slow to free responses that were not read. 300 bytes more than that are less than a recording.
  it.each([
    ['streams that are left early', 'left', 4000],
    ['streams that are dropped unread', 'unread', 4000],
    ['iterators that are dropped midway', 'midway', 4000],
    ['promises that nobody awaits', 'unawaited', 4000],
  ] as const)('%s all end, and nothing of them stays', async (_what, scenario, operations) => {
    const bare = await run(scenario, operations, 'bare');
    for (const host of ['sdk', 'none']) {
      const report = await run(scenario, operations, host);
      const expected = host === 'sdk' ? operations : 0;
      expect(report).toMatchObject({ open: 0, started: expected, ended: expected });
      expect((growth(report) - Math.max(0, growth(bare))) / report.between).toBeLessThan(300);
    }
  });
});

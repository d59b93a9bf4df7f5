import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Report } from './program.ts';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const PATIENCE = 180_000;

function run(...args: (string | number)[]): Promise<Report> {
  const flags = ['--expose-gc', '--import', here('from-source.mjs'), here('program.ts'), ...args.map(String)];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, flags, { env: {}, timeout: PATIENCE - 5000 }, (error, stdout, stderr) => {
      if (error || stderr !== '') reject(new Error(`${error?.message ?? ''}\n${stderr}`));
      else resolve(JSON.parse(stdout) as Report);
    });
  });
}

const growth = ({ early, late }: Report): number => late - early;

describe('the heap stays flat', { timeout: PATIENCE }, () => {
  // 400 kB is what a warm heap may differ by. It is 5 bytes for each call, less than one slot of an array, and half a byte for each chunk.
  it.each([
    ['100,000 calls', 'create', 100_000, 'sdk', 'NO_CONTENT'],
    ['100,000 calls without an OpenTelemetry SDK', 'create', 100_000, 'none', 'NO_CONTENT'],
    ['1,000,000 chunks in 500 streams', 'stream', 500, 'sdk', 'NO_CONTENT'],
    ['1,000,000 chunks without an OpenTelemetry SDK', 'stream', 500, 'none', 'NO_CONTENT'],
  ] as const)('over %s', async (_what, scenario, operations, host, captureContent) => {
    const report = await run(scenario, operations, host, captureContent);
    expect(growth(report)).toBeLessThan(400_000);
    const expected = host === 'sdk' ? operations : 0;
    expect(report).toMatchObject({ open: 0, started: expected, ended: expected });
  });

  // 50 bytes are less than one small object for each call.
  it.each([
    ['calls with content', 'create', 'sdk', 'SPAN_AND_EVENT'],
    ['calls that fail', 'failing', 'sdk', 'NO_CONTENT'],
    ['raw responses', 'raw', 'sdk', 'NO_CONTENT'],
    ['calls, each of another model', 'models', 'sdk', 'NO_CONTENT'],
    ['calls, each of another model, without an OpenTelemetry SDK', 'models', 'none', 'NO_CONTENT'],
  ] as const)('over 30,000 %s', async (_what, scenario, host, captureContent) => {
    const report = await run(scenario, 30_000, host, captureContent);
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

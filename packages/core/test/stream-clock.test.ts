import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StreamClock } from '../src/recording/stream-clock.ts';

/** Times are in milliseconds from the issue of the request. */
type Step = ['available' | 'asked' | 'received', number];

function play(steps: readonly Step[]): StreamClock {
  const clock = new StreamClock(0);
  for (const [event, at] of steps) clock[event](at);
  return clock;
}

describe('StreamClock tells the time of the provider from that of the consumer', () => {
  it('measures a consumer that waits for every chunk by when the chunks came', () => {
    const clock = play([
      ['available', 100],
      ['asked', 101],
      ['received', 300],
      ['asked', 301],
      ['received', 350],
      ['asked', 351],
      ['received', 450],
    ]);
    expect(clock.timeToFirstChunk).toBeCloseTo(0.3, 9);
    expect(clock.chunkDurations).toEqual([0.05, 0.1]);
  });

  it('does not count the time of a slow consumer as that of the provider', () => {
    const clock = play([
      ['available', 100],
      ['asked', 5000],
      ['received', 5000.5],
      ['asked', 9000],
      ['received', 9000.25],
    ]);
    expect(clock.timeToFirstChunk).toBeCloseTo(0.1005, 9);
    expect(clock.chunkDurations).toEqual([0.00025]);
  });

  it('counts from the chunk before, if a slow consumer still had to wait', () => {
    const clock = play([
      ['available', 0],
      ['asked', 0],
      ['received', 100],
      ['asked', 150],
      ['received', 300],
    ]);
    expect(clock.chunkDurations).toEqual([0.2]);
  });

  it('measures parallel next() calls by the chunk in front of them', () => {
    const clock = play([
      ['available', 0],
      ['asked', 1],
      ['asked', 1],
      ['asked', 1],
      ['received', 200],
      ['received', 200.5],
      ['received', 300],
    ]);
    expect(clock.timeToFirstChunk).toBeCloseTo(0.2, 9);
    expect(clock.chunkDurations[0]).toBeCloseTo(0.0005, 9);
    expect(clock.chunkDurations[1]).toBeCloseTo(0.0995, 9);
  });

  it('has nothing to tell of a stream without chunks', () => {
    const clock = play([
      ['available', 10],
      ['asked', 20],
    ]);
    expect(clock.timeToFirstChunk).toBeUndefined();
    expect(clock.chunkDurations).toEqual([]);
  });

  it('never tells a negative time, more than what passed, or another number of durations than chunks less one', () => {
    const waits = fc.array(
      fc.record({ event: fc.constantFrom('asked', 'received'), wait: fc.double({ min: 0, max: 5000, noNaN: true }) }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(waits, (events) => {
        let now = 5;
        const clock = new StreamClock(0);
        clock.available(now);
        let outstanding = 0;
        let chunks = 0;
        for (const { event, wait } of events) {
          now += wait;
          if (event === 'received' && outstanding === 0) continue;
          outstanding += event === 'asked' ? 1 : -1;
          if (event === 'received') chunks++;
          clock[event](now);
        }
        expect(clock.chunkDurations).toHaveLength(Math.max(0, chunks - 1));
        expect(Math.min(0, ...clock.chunkDurations)).toBe(0);
        const total = (clock.timeToFirstChunk ?? 0) + clock.chunkDurations.reduce((sum, part) => sum + part, 0);
        expect(total).toBeLessThanOrEqual(now / 1000 + 1e-9);
      }),
      { numRuns: 500 },
    );
  });
});

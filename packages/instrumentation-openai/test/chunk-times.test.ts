import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { chat, type Harness, startHarness } from './support/harness.ts';
import { only, points, total } from './support/recorded.ts';

let harness: Harness;
let tests = 0;

beforeAll(async () => {
  harness = await startHarness();
});
beforeEach(() => harness.configure());
afterAll(() => harness.close());

const chunkTimes = 'gen_ai.client.operation.time_per_output_chunk';
const firstChunk = 'gen_ai.client.operation.time_to_first_chunk';

/** Keeps the consumer busy: the clock goes on, and nothing else does. */
const work = (milliseconds: number) => {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
};
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const open = () => {
  const test = `times-${tests++}`;
  const client = harness.client({ scenario: 'gate', test });
  const advance = (count: number) => harness.server.advance(test, count);
  return { advance, create: () => client.chat.completions.create({ ...chat, stream: true }) };
};

it('the first chunk is timed from the issue of the request, and no later than it came', async () => {
  const { advance, create } = open();
  const before = performance.now();
  const stream = await create();
  const iterator = stream[Symbol.asyncIterator]();
  const first = iterator.next();
  await pause(30);
  advance(1);
  await first;
  const after = performance.now();
  advance(20);
  while (!(await iterator.next()).done);
  const recorded = await harness.collectSpans(1);
  const seconds = only(recorded.spans).attributes['gen_ai.response.time_to_first_chunk'] as number;
  expect(seconds).toBeGreaterThanOrEqual(0.029);
  expect(seconds).toBeLessThanOrEqual((after - before) / 1000);
  expect(points(recorded, firstChunk)).toEqual([{ attributes: expect.any(Object), sum: seconds, count: 1 }]);
});

it('an application that comes late to the stream does not delay its first chunk', async () => {
  const delays: number[] = [];
  // A busy machine may hold a chunk up by itself, but not each time.
  for (let attempt = 0; attempt < 5; attempt++) {
    await harness.configure();
    const { advance, create } = open();
    advance(20);
    const before = performance.now();
    const stream = await create();
    const opened = performance.now();
    await pause(40);
    for await (const _chunk of stream);
    const recorded = await harness.collectSpans(1);
    delays.push(total(recorded, firstChunk).sum * 1000 - (opened - before));
  }
  // What was there when it was asked for counts as there since the headers.
  expect(Math.min(...delays)).toBeLessThan(20);
});

it('each chunk after the first has its time, and a slow application none of its own', async () => {
  const { advance, create } = open();
  advance(20);
  for await (const _chunk of await create()) {
    // Long enough for the rest of this short answer to come.
    work(15);
    await pause(5);
  }
  const recorded = await harness.collectSpans(1);
  const { sum, count } = total(recorded, chunkTimes);
  expect(count).toBe(6);
  // Six chunks, after 20 ms of the application's work each.
  expect(sum).toBeLessThan(0.06);
});

it('a slow provider shows', async () => {
  const { advance, create } = open();
  advance(1);
  const iterator = (await create())[Symbol.asyncIterator]();
  await iterator.next();
  const second = iterator.next();
  await pause(40);
  advance(1);
  await second;
  advance(20);
  while (!(await iterator.next()).done);
  const recorded = await harness.collectSpans(1);
  expect(total(recorded, chunkTimes).sum).toBeGreaterThanOrEqual(0.039);
});

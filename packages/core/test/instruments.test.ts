import { ROOT_CONTEXT } from '@opentelemetry/api';
import { AggregationType, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordInMemory } from '../../../test/conformance/record.ts';
import { resolveConvention } from '../src/convention/stability.ts';
import { Instruments, type Measurement } from '../src/recording/instruments.ts';
import { endOpenRecordings } from '../src/recording/open-recordings.ts';
import type { Usage } from '../src/vocabulary/index.ts';
import { chat, createRecorder, histogramOf, pointsOf } from './support.ts';

const LATEST = 'gen_ai_latest_experimental';
const common = { 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai' };

const measured = (fields: Partial<Measurement> = {}): Measurement => ({
  operation: 'chat',
  duration: 1.5,
  errorType: undefined,
  usage: undefined,
  cost: undefined,
  retries: 0,
  timeToFirstChunk: undefined,
  chunkDurations: undefined,
  ...fields,
});

function create(optIn?: string) {
  const memory = recordInMemory();
  const instruments = new Instruments(memory.meterProvider.getMeter('@genai-otel/test'), resolveConvention(optIn));
  return {
    instruments,
    record: (fields: Partial<Measurement>) => instruments.record(measured(fields), common, ROOT_CONTEXT),
    collect: async () => (await memory.collect()).metrics,
  };
}

describe('token metrics', () => {
  it('writes totals by token type in 1.41.0, and none of the later metrics', async () => {
    const { record, collect } = create();
    record({ usage: { inputTokens: 10, outputTokens: 4, cacheReadInputTokens: 7 } });
    const metrics = await collect();
    expect(
      histogramOf(metrics, 'gen_ai.client.token.usage').map(({ attributes, value }) => [
        attributes['gen_ai.token.type'],
        value.sum,
      ]),
    ).toEqual([
      ['input', 10],
      ['output', 4],
    ]);
    expect(pointsOf(metrics, 'gen_ai.client.inference.usage.input_tokens')).toEqual([]);
  });

  it('records a zero that the provider reported, and nothing for what it did not report', async () => {
    const { record, collect } = create(`${LATEST}/dup`);
    record({ usage: { inputTokens: 0 } });
    const metrics = await collect();
    expect(histogramOf(metrics, 'gen_ai.client.token.usage').map(({ value }) => [value.count, value.sum])).toEqual([
      [1, 0],
    ]);
    expect(histogramOf(metrics, 'gen_ai.client.inference.operation.output_tokens')).toEqual([]);
    expect(pointsOf(metrics, 'gen_ai.client.inference.usage.output_tokens')).toEqual([]);
  });

  const count = fc.nat({ max: 1_000_000 });
  const modality = fc.record(
    { inputTokens: count, outputTokens: count, cacheReadInputTokens: count },
    { requiredKeys: [] },
  );
  const usages: fc.Arbitrary<Usage> = fc.record(
    {
      inputTokens: count,
      outputTokens: count,
      cacheReadInputTokens: count,
      cacheWriteInputTokens: count,
      reasoningOutputTokens: count,
      modalities: fc.record({ text: modality, image: modality, audio: modality }, { requiredKeys: [] }),
    },
    { requiredKeys: [] },
  );

  it('splits the latest counters by modality so that they add up to the totals, whatever the parts say', async () => {
    const totals = {
      'usage.input_tokens': 'inputTokens',
      'usage.output_tokens': 'outputTokens',
      'usage.cache_read.input_tokens': 'cacheReadInputTokens',
      'usage.cache_write.input_tokens': 'cacheWriteInputTokens',
      'usage.reasoning.output_tokens': 'reasoningOutputTokens',
    } as const;
    await fc.assert(
      fc.asyncProperty(usages, async (usage) => {
        const { record, collect } = create(LATEST);
        record({ usage });
        const metrics = await collect();
        for (const [name, field] of Object.entries(totals)) {
          const points = pointsOf(metrics, `gen_ai.client.inference.${name}`);
          expect(points.reduce((sum, { value }) => sum + value, 0)).toBe(usage[field] ?? 0);
          for (const { attributes, value } of points) {
            expect(['text', 'image', 'audio', 'unknown']).toContain(attributes['gen_ai.token.modality']);
            expect(value).toBeGreaterThanOrEqual(0);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it('keeps a split that adds up, and names the rest unknown', async () => {
    const { record, collect } = create(LATEST);
    record({
      usage: {
        inputTokens: 100,
        modalities: { text: { inputTokens: 30 }, audio: { inputTokens: 60 }, image: { inputTokens: 0 } },
      },
    });
    const points = pointsOf(await collect(), 'gen_ai.client.inference.usage.input_tokens');
    expect(
      Object.fromEntries(points.map(({ attributes, value }) => [attributes['gen_ai.token.modality'], value])),
    ).toEqual({ text: 30, audio: 60, unknown: 10 });
  });
});

describe('durations', () => {
  it('writes both sets of metrics with dup, and one point where both have the same name', async () => {
    const { record, collect } = create(`${LATEST}/dup`);
    record({ duration: 2 });
    record({ operation: 'embeddings', duration: 3 });
    record({ operation: 'execute_tool', duration: 4 });
    const metrics = await collect();
    const summary = (name: string) => histogramOf(metrics, name).map(({ value }) => [value.count, value.sum]);
    expect(summary('gen_ai.client.inference.duration')).toEqual([[1, 2]]);
    expect(summary('gen_ai.client.operation.duration')).toEqual([[2, 5]]);
    expect(summary('gen_ai.execute_tool.duration')).toEqual([[1, 4]]);
  });

  it('puts the error type on the duration, and on no other metric', async () => {
    const { record, collect } = create();
    record({ errorType: 'timeout', timeToFirstChunk: 0.2, usage: { inputTokens: 1 } });
    const metrics = await collect();
    expect(histogramOf(metrics, 'gen_ai.client.operation.duration')[0]?.attributes['error.type']).toBe('timeout');
    for (const name of ['gen_ai.client.token.usage', 'gen_ai.client.operation.time_to_first_chunk']) {
      expect(histogramOf(metrics, name)[0]?.attributes).not.toHaveProperty('error.type');
    }
  });
});

describe('points of the chunks of a stream', () => {
  const durations = Array.from({ length: 1000 }, (_, index) => index / 1000);
  const chunks = (metrics: Parameters<typeof histogramOf>[0]) =>
    histogramOf(metrics, 'gen_ai.client.operation.time_per_output_chunk').reduce(
      (sum, { value }) => sum + value.count,
      0,
    );

  it('are all there when metrics are collected at once', async () => {
    const { record, collect } = create();
    record({ chunkDurations: durations });
    expect(chunks(await collect())).toBe(1000);
  });

  it('do not wait any longer when the process ends', () => {
    const { record, instruments } = create();
    record({ chunkDurations: durations });
    const { waiting } = instruments as unknown as { waiting: number };
    endOpenRecordings();
    expect([waiting, (instruments as unknown as { waiting: number }).waiting]).toEqual([1000, 0]);
  });

  it('are recorded by themselves a few for each turn of the event loop, and none twice', async () => {
    const { instruments, record, collect } = create();
    record({ chunkDurations: durations });
    record({ chunkDurations: durations.slice(0, 7) });
    const waiting = instruments as unknown as { pending: unknown[] };
    while (waiting.pending.length > 0) await new Promise(setImmediate);
    expect(chunks(await collect())).toBe(1007);
    expect(chunks(await collect())).toBe(1007);
  });

  it('are not lost between two collections', async () => {
    const { record, collect } = create();
    record({ chunkDurations: durations });
    await new Promise(setImmediate);
    record({ chunkDurations: durations });
    await collect();
    record({ chunkDurations: durations });
    expect(chunks(await collect())).toBe(3000);
  });

  it('do not pile up where more of them come than turns of the event loop', () => {
    const { instruments, record } = create();
    for (let streams = 0; streams < 500; streams++) record({ chunkDurations: durations });
    const { pending } = instruments as unknown as { pending: { durations: unknown[]; next: number }[] };
    const waiting = pending.reduce((sum, { durations: points, next }) => sum + points.length - next, 0);
    expect(waiting).toBeLessThanOrEqual(100_000);
  });

  it('are there even where a view drops the metrics of our own', async () => {
    class Reader extends MetricReader {
      protected override async onForceFlush(): Promise<void> {}
      protected override async onShutdown(): Promise<void> {}
    }
    const reader = new Reader();
    const provider = new MeterProvider({
      readers: [reader],
      views: [{ instrumentName: 'genai_otel.*', aggregation: { type: AggregationType.DROP } }],
    });
    const instruments = new Instruments(provider.getMeter('@genai-otel/test'), resolveConvention(undefined));
    instruments.record(measured({ chunkDurations: durations }), common, ROOT_CONTEXT);
    expect(chunks([(await reader.collect()).resourceMetrics])).toBe(1000);
  });
});

describe('operations in flight', () => {
  it('go up and back to 0', async () => {
    const { instruments, collect } = create();
    const first = instruments.begin('chat', { provider: 'openai' }, 'gpt-4o');
    const second = instruments.begin('chat', { provider: 'openai' }, 'gpt-4o');
    const third = instruments.begin('embeddings', { provider: 'openai' }, undefined);
    await collect();
    instruments.finish(first);
    await collect();
    instruments.finish(second);
    instruments.finish(third);
    const points = pointsOf(await collect(), 'genai_otel.client.operation.active');
    const series = (operation: string) =>
      points.filter(({ attributes }) => attributes['gen_ai.operation.name'] === operation).map(({ value }) => value);
    // Delta temporality: the changes since the collection before.
    expect(series('chat')).toEqual([2, -1, -1]);
    expect(series('embeddings').reduce((sum, value) => sum + value, 0)).toBe(0);
    expect(points.find(({ attributes }) => attributes['gen_ai.operation.name'] === 'embeddings')?.attributes).toEqual({
      'gen_ai.operation.name': 'embeddings',
      'gen_ai.provider.name': 'openai',
    });
  });

  it('are reported for no more models than a host keeps, however many an application names', async () => {
    const { instruments, collect } = create();
    for (let index = 0; index < 20_000; index++)
      instruments.finish(instruments.begin('chat', { provider: 'openai' }, `m${index}`));
    const points = pointsOf(await collect(), 'genai_otel.client.operation.active');
    expect(points.length).toBeLessThanOrEqual(2001);
    const { series } = instruments as unknown as { series: Map<string, unknown> };
    expect(series.size).toBeLessThanOrEqual(2001);
  });
});

describe('rate limits', () => {
  const GAUGE = 'genai_otel.client.rate_limit.remaining';
  const values = (points: { attributes: object; value: number }[]) =>
    points.map(({ attributes, value }) => [
      (attributes as Record<string, unknown>)['genai_otel.rate_limit.type'],
      value,
    ]);

  it('tell what the provider said last, by type', async () => {
    const { recorder, memory } = createRecorder();
    for (const remainingRequests of [10, 9]) {
      const recording = recorder.start(chat());
      recording.setMetadata({ status: 200, rateLimit: () => ({ remainingRequests, remainingTokens: 500 }) });
      recording.complete();
    }
    const points = pointsOf((await memory.collect()).metrics, GAUGE);
    expect(values(points)).toEqual([
      ['requests', 9],
      ['tokens', 500],
    ]);
    expect(points[0]?.attributes).toMatchObject({
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini',
      'server.address': 'api.openai.com',
    });
  });

  it('tell that nothing is left, also of a request that was refused', async () => {
    const { recorder, memory } = createRecorder();
    const recording = recorder.start(chat());
    recording.setMetadata({ status: 429, rateLimit: () => ({ remainingRequests: 0 }) });
    recording.fail(new Error('x'));
    expect(values(pointsOf((await memory.collect()).metrics, GAUGE))).toEqual([['requests', 0]]);
  });

  it('tell nothing where the provider says nothing', async () => {
    const { recorder, memory } = createRecorder();
    const recording = recorder.start(chat());
    recording.setMetadata({ status: 200, rateLimit: () => ({}) });
    recording.complete();
    expect(pointsOf((await memory.collect()).metrics, GAUGE)).toEqual([]);
  });
});

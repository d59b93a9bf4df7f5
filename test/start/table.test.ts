import { expect, test } from 'vitest';
import { type Metric, Telemetry } from '../../scripts/report/otlp.mjs';
import { createStyle, wantsColor } from '../../scripts/report/style.mjs';
import { renderTable } from '../../scripts/report/table.mjs';
import { width } from '../../scripts/report/text.mjs';

const style = createStyle(false);
const chat = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.request.model': 'gpt-5-mini',
  'gen_ai.response.model': 'gpt-5-mini-2025-08-07',
};
const embeddings = { 'gen_ai.operation.name': 'embeddings', 'gen_ai.request.model': 'text-embedding-3-small' };

const histogram = (unit: string, series: Partial<Metric['series'][number]>[]): Metric => ({
  name: 'gen_ai.client.token.usage',
  unit,
  kind: 'histogram',
  series: series.map((each) => ({ attributes: chat, ...each })),
});

const lastRow = (metric: Metric) => renderTable([metric], { columns: 100, style }).at(-1)?.trim().split(/ {2,}/);

test('count, sum and average are exact, and the median is the bucket that holds it', () => {
  const metric = histogram('{token}', [
    { count: 4, sum: 200, min: 14, max: 86, bounds: [16, 64, 256], buckets: [1, 1, 2, 0] },
  ]);
  expect(lastRow(metric)).toEqual(['chat · gpt-5-mini', '4', '200', '50', '16–64']);
});

test('the smallest and the largest value narrow the median, to a number where they meet', () => {
  const metric = histogram('{token}', [
    { count: 2, sum: 240, min: 100, max: 140, bounds: [64, 256], buckets: [0, 2, 0] },
  ]);
  expect(lastRow(metric)?.at(-1)).toBe('100–140');
  const single = histogram('{token}', [{ count: 1, sum: 12, min: 12, max: 12, bounds: [64], buckets: [1, 0] }]);
  expect(lastRow(single)?.at(-1)).toBe('12');
});

test('a median without a bound on one side claims none', () => {
  expect(lastRow(histogram('{token}', [{ count: 1, sum: 12, bounds: [64], buckets: [1, 0] }]))?.at(-1)).toBe('≤64');
  expect(lastRow(histogram('{token}', [{ count: 1, sum: 99, bounds: [64], buckets: [0, 1] }]))?.at(-1)).toBe('>64');
});

test('seconds and dollars are written as a person writes them', () => {
  const values = { count: 1, bounds: [100], buckets: [1, 0] };
  expect(lastRow(histogram('s', [{ ...values, sum: 0.0356, min: 0.0356, max: 0.0356 }]))).toContain('35.6 ms');
  expect(lastRow(histogram('USD', [{ ...values, sum: 2.4e-7, min: 2.4e-7, max: 2.4e-7 }]))).toContain('$0.00000024');
});

test('a range says its unit once, unless there are two', () => {
  const range = (unit: string, min: number, max: number) =>
    lastRow(histogram(unit, [{ count: 2, sum: min + max, min, max, bounds: [100], buckets: [2, 0] }]))?.at(-1);
  expect(range('s', 0.16, 0.32)).toBe('160–320 ms');
  expect(range('s', 9, 12)).toBe('9,000 ms–12 s');
  expect(range('USD', 0.01, 0.05)).toBe('$0.01–0.05');
});

test('series are told apart by as little as tells them apart', () => {
  const values = { count: 1, sum: 1, min: 1, max: 1, bounds: [64], buckets: [1, 0] };
  const labels = (series: Record<string, unknown>[]) =>
    renderTable(
      [
        histogram(
          '1',
          series.map((attributes) => ({ ...values, attributes })),
        ),
      ],
      { columns: 120, style },
    )
      .slice(-series.length)
      .map((line) => line.trim().split(/ {2,}/)[0]);
  const local = { 'server.address': '127.0.0.1', 'server.port': 1 };
  expect(
    labels([
      { ...chat, ...local },
      { ...embeddings, 'server.address': 'api.openai.com' },
    ]),
  ).toEqual(['chat · gpt-5-mini', 'embeddings · text-embedding-3-small']);
  expect(
    labels([
      { ...chat, ...local },
      { ...chat, ...local, 'server.port': 2 },
    ]),
  ).toEqual(['1', '2']);
});

test.for([60, 80, 100])('no line is wider than a terminal of %i columns', (columns) => {
  const values = { count: 3, sum: 0.3, min: 0.05, max: 0.2, bounds: [0.1], buckets: [2, 1] };
  const attributes = { ...embeddings, 'error.type': '名前'.repeat(40) };
  const lines = renderTable([histogram('s', [{ ...values }, { ...values, attributes }])], { columns, style });
  for (const line of lines) expect(width(line)).toBeLessThanOrEqual(columns);
});

test('exports with cumulative and with delta temporality give the same totals', () => {
  const request = (startTimeUnixNano: string, counts: [number, number]) => ({
    resourceMetrics: [
      {
        scopeMetrics: [
          {
            metrics: [
              {
                name: 'duration',
                unit: 's',
                histogram: {
                  dataPoints: [
                    {
                      startTimeUnixNano,
                      count: String(counts[0] + counts[1]),
                      sum: counts[0] + 5 * counts[1],
                      min: 1,
                      max: 5,
                      explicitBounds: [2],
                      bucketCounts: counts.map(String),
                    },
                  ],
                },
              },
            ],
          },
        ],
      },
    ],
  });
  const [cumulative, delta] = [new Telemetry(), new Telemetry()];
  cumulative.add(request('1', [1, 0]));
  cumulative.add(request('1', [3, 1]));
  delta.add(request('1', [1, 0]));
  delta.add(request('2', [2, 1]));
  expect(cumulative.metrics[0]?.series).toMatchObject([{ count: 4, sum: 8, buckets: [3, 1] }]);
  expect(delta.metrics).toEqual(cumulative.metrics);
});

test('colours are for terminals, unless the environment says otherwise', () => {
  const terminal = { isTTY: true };
  expect(wantsColor(terminal, {})).toBe(true);
  expect(wantsColor(terminal, { NO_COLOR: '1' })).toBe(false);
  expect(wantsColor(terminal, { TERM: 'dumb' })).toBe(false);
  expect(wantsColor({}, {})).toBe(false);
  expect(wantsColor({}, { FORCE_COLOR: '1' })).toBe(true);
  expect(wantsColor(terminal, { FORCE_COLOR: '0' })).toBe(false);
});

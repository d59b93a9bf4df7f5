import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import type { Span } from '../../scripts/report/otlp.mjs';
import { createStyle } from '../../scripts/report/style.mjs';
import { width } from '../../scripts/report/text.mjs';
import { renderTree } from '../../scripts/report/tree.mjs';

const plain = createStyle(false);
const MILLISECOND = 1e6;

function span(values: Partial<Span> & { spanId: string }): Span {
  return {
    name: 'chat gpt-5-mini',
    traceId: 'a',
    parentSpanId: undefined,
    start: 0,
    end: 10 * MILLISECOND,
    failed: false,
    attributes: {},
    ...values,
  };
}

const family = [
  span({
    spanId: '4',
    parentSpanId: '2',
    name: 'execute_tool get_weather',
    start: 3 * MILLISECOND,
    end: 4 * MILLISECOND,
  }),
  span({ spanId: '3', parentSpanId: '1', name: 'chat second', start: 6 * MILLISECOND }),
  span({ spanId: '1', name: 'invoke_agent guide', attributes: { 'gen_ai.usage.input_tokens': 10 } }),
  span({ spanId: '2', parentSpanId: '1', name: 'chat first', start: 1 * MILLISECOND, end: 5 * MILLISECOND }),
];

const names = (lines: string[]) => lines.map((line) => line.replace(/(?<=\w) {2}.*/, ''));

test('a child stands below its parent, and brothers in the order of their start', () => {
  expect(names(renderTree(family, { columns: 100, style: plain }).filter((line) => line.includes(' ms')))).toEqual([
    'invoke_agent guide',
    '├─ chat first',
    '│  └─ execute_tool get_weather',
    '└─ chat second',
  ]);
});

test('a span whose parent was not recorded, or is of another trace, is a root', () => {
  const spans = [
    span({ spanId: '1' }),
    span({ spanId: '2', parentSpanId: '9' }),
    span({ spanId: '3', traceId: 'b', parentSpanId: '1' }),
  ];
  const lines = renderTree(spans, { columns: 100, style: plain });
  expect(names(lines)).toEqual(['chat gpt-5-mini', 'chat gpt-5-mini', 'chat gpt-5-mini']);
});

test('tokens are shown with their parts, costs without exponents, times to the first chunk in milliseconds', () => {
  const attributes = {
    'gen_ai.usage.input_tokens': 1180,
    'gen_ai.usage.cache_read.input_tokens': 1024,
    'gen_ai.usage.output_tokens': 38,
    'gen_ai.usage.reasoning.output_tokens': 12,
    'gen_ai.response.time_to_first_chunk': 0.042,
    'genai_otel.usage.cost': 2.4e-7,
  };
  const text = renderTree([span({ spanId: '1', attributes })], { columns: 100, style: plain }).join('\n');
  expect(text).toContain('in 1,180 (cached 1,024) out 38 (reasoning 12)');
  expect(text).toContain('$0.00000024');
  expect(text).toContain('first chunk 42 ms');
});

test('what a span does not have is left out, and no tokens are not none', () => {
  const text = renderTree([span({ spanId: '1' })], { columns: 100, style: plain }).join('\n');
  expect(text).not.toMatch(/in \d|out \d|\$|first chunk|retr|error|HTTP/);
  const empty = renderTree([span({ spanId: '1', attributes: { 'gen_ai.usage.input_tokens': 0 } })], {
    columns: 100,
    style: plain,
  });
  expect(empty.join('\n')).toContain('in 0');
});

test('an error and the retries of a request are named, in colour where colours are wanted', () => {
  const attributes = {
    'error.type': 'invalid_api_key',
    'http.response.status_code': 401,
    'http.request.resend_count': 1,
  };
  const spans = [span({ spanId: '1', failed: true, attributes })];
  expect(renderTree(spans, { columns: 100, style: plain }).join('\n')).toContain(
    'error invalid_api_key · HTTP 401 · 1 retry',
  );
  const colored = renderTree(spans, { columns: 100, style: createStyle(true) });
  expect(colored.join('\n')).toContain('\u001b[31merror invalid_api_key\u001b[39m');
  expect(colored.map((line) => stripVTControlCharacters(line))).toEqual(
    renderTree(spans, { columns: 100, style: plain }),
  );
});

test('columns line up whatever the width of the characters, and names are cut between characters', () => {
  const wide = [
    span({ spanId: '1', name: 'chat 日本語のモデル' }),
    span({ spanId: '2', name: 'chat 👩‍👩‍👧‍👦 ☀️' }),
    span({ spanId: '3', name: `chat ${'한글'.repeat(60)}` }),
  ];
  const lines = renderTree(wide, { columns: 80, style: plain });
  const starts = lines.map((line) => width(line.slice(0, line.indexOf('━'))));
  expect(new Set(starts).size).toBe(1);
  expect(lines[2]).toMatch(/[한글]… {2}/);
});

test.for([40, 60, 80, 100, 200])('no line is wider than a terminal of %i columns', (columns) => {
  const attributes = {
    'gen_ai.usage.input_tokens': 1_180_000,
    'gen_ai.usage.output_tokens': 86_000,
    'gen_ai.response.finish_reasons': ['stop'],
    'genai_otel.usage.cost': 0.000237,
    'error.type': 'rate_limit_exceeded',
  };
  const spans = [...family, span({ spanId: '9', name: 'x'.repeat(300), attributes })];
  for (const line of renderTree(spans, { columns, style: plain })) expect(width(line)).toBeLessThanOrEqual(columns);
});

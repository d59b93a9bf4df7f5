import { formatCost, formatCount, formatDuration } from './format.mjs';
import { padEnd, padStart, truncate, width, wrap } from './text.mjs';

/**
 * The spans as trees, one for each root, every span with a bar on the time line of all of them.
 *
 * @param {import('./otlp.mjs').Span[]} spans in any order
 * @param {{ columns: number, style: ReturnType<typeof import('./style.mjs').createStyle> }} options
 * @returns {string[]} lines
 */
export function renderTree(spans, { columns, style }) {
  if (spans.length === 0) return [];
  const rows = toRows(spans);
  const time = toTimeline(spans);

  const durations = rows.map(({ span }) => formatDuration(span.end - span.start));
  const costs = rows.map(({ span }) => costOf(span));
  const durationColumns = Math.max(...durations.map(width));
  const costColumns = Math.max(...costs.map(width));
  const fixed = durationColumns + (costColumns > 0 ? costColumns + 2 : 0) + 2;
  const bar = Math.max(0, Math.min(32, Math.floor((columns - fixed) * 0.4)));
  const free = Math.max(8, columns - fixed - (bar > 0 ? bar + 2 : 0));
  const names = Math.min(free, Math.max(...rows.map(({ first, span }) => width(first) + width(span.name))));

  return rows.flatMap(({ span, first, rest }, index) => {
    const name = padEnd(truncate(span.name, names - width(first)), names - width(first));
    const cells = [
      style('dim', first) + style(span.failed ? ['bold', 'red'] : 'bold', name),
      bar > 0 ? renderBar(span, time, bar, style) : undefined,
      padStart(durations[index], durationColumns),
      costColumns > 0 ? style('green', padStart(costs[index], costColumns)) : undefined,
    ];
    const line = cells
      .filter((cell) => cell !== undefined)
      .join('  ')
      .trimEnd();
    const indent = `${rest}  `;
    const details = wrap(describe(span, style), Math.max(20, columns - width(indent)));
    return [line, ...details.map((detail) => style('dim', indent) + detail)];
  });
}

/** Depth first, brothers by their start, each with what stands before its first line and its other lines. */
function toRows(spans) {
  const ids = new Set(spans.map(({ traceId, spanId }) => `${traceId}/${spanId}`));
  const children = Map.groupBy(spans, ({ traceId, parentSpanId }) => {
    const parent = `${traceId}/${parentSpanId}`;
    return parentSpanId !== undefined && ids.has(parent) ? parent : '';
  });
  for (const siblings of children.values()) siblings.sort((a, b) => a.start - b.start);

  const rows = [];
  const visit = (span, first, rest) => {
    const below = children.get(`${span.traceId}/${span.spanId}`) ?? [];
    rows.push({ span, first, rest: below.length > 0 ? `${rest}│` : rest });
    for (const child of below) {
      const last = child === below.at(-1);
      visit(child, `${rest}${last ? '└─ ' : '├─ '}`, `${rest}${last ? '   ' : '│  '}`);
    }
  };
  for (const root of children.get('') ?? []) visit(root, '', '');
  return rows;
}

/** @returns {{ start: number, total: number }} the first start, and nanoseconds from there to the last end */
export function toTimeline(spans) {
  const start = Math.min(...spans.map((span) => span.start));
  const end = Math.max(...spans.map((span) => span.end));
  return { start, total: Math.max(1, end - start) };
}

function renderBar(span, { start, total }, columns, style) {
  const from = Math.min(columns - 1, Math.floor(((span.start - start) / total) * columns));
  const length = Math.max(1, Math.min(columns - from, Math.round(((span.end - span.start) / total) * columns)));
  const after = columns - from - length;
  return (
    style('dim', '─'.repeat(from)) +
    style(span.failed ? 'red' : 'cyan', '━'.repeat(length)) +
    style('dim', '─'.repeat(after))
  );
}

function costOf({ attributes }) {
  const cost = attributes['genai_otel.usage.cost'];
  return cost === undefined ? '' : formatCost(cost);
}

/** What a reader wants to know of a span beside its time, each part on its own. */
function describe({ attributes, failed }, style) {
  const error = attributes['error.type'];
  const status = attributes['http.response.status_code'];
  const retries = attributes['http.request.resend_count'];
  const firstChunk = attributes['gen_ai.response.time_to_first_chunk'];
  const finished = attributes['gen_ai.response.finish_reasons'];
  return [
    error !== undefined && style('red', `error ${error}`),
    (failed || status >= 400) && status !== undefined && style('red', `HTTP ${status}`),
    retries !== undefined && style('yellow', `${retries} ${retries === 1 ? 'retry' : 'retries'}`),
    ...describeTokens(attributes),
    firstChunk !== undefined && `first chunk ${formatDuration(firstChunk * 1e9)}`,
    finished !== undefined && style('dim', finished.join(', ')),
  ].filter((part) => part !== false);
}

function describeTokens(attributes) {
  const input = attributes['gen_ai.usage.input_tokens'];
  const output = attributes['gen_ai.usage.output_tokens'];
  const cached = attributes['gen_ai.usage.cache_read.input_tokens'];
  const reasoning = attributes['gen_ai.usage.reasoning.output_tokens'];
  const parts = [describeCount('in', input, 'cached', cached), describeCount('out', output, 'reasoning', reasoning)];
  const known = parts.filter((part) => part !== undefined);
  return known.length > 0 ? [known.join(' ')] : [];
}

function describeCount(name, total, partName, part) {
  if (total === undefined) return undefined;
  return `${name} ${formatCount(total)}${part > 0 ? ` (${partName} ${formatCount(part)})` : ''}`;
}

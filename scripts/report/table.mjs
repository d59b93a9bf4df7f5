import { formatCount, formatQuantity } from './format.mjs';
import { padEnd, padStart, truncate, width } from './text.mjs';

const header = { label: '', count: 'count', sum: 'sum', average: 'avg', median: 'p50' };
/** Where a request went tells less than what it asked for. */
const place = ['gen_ai.provider.name', 'server.address', 'server.port'];
const allNumbers = ['count', 'sum', 'average', 'median'];
/** Columns that labels need at the least; where a terminal has fewer, the last numbers are left out. */
const labelColumns = 34;

/**
 * The metrics as a table: under the name of each, a row for each of its series.
 *
 * @param {import('./otlp.mjs').Metric[]} metrics
 * @param {{ columns: number, style: ReturnType<typeof import('./style.mjs').createStyle> }} options
 * @returns {string[]} lines
 */
export function renderTable(metrics, { columns, style }) {
  if (metrics.length === 0) return [];
  const shared = sharedAttributes(metrics);
  const groups = metrics.map((metric) => ({ metric, rows: toRows(metric, shared) }));
  const rows = [header, ...groups.flatMap((group) => group.rows)];

  const columnsOf = Object.fromEntries(
    allNumbers.map((name) => [name, Math.max(...rows.map((row) => width(row[name])))]),
  );
  const freeBeside = (names) => columns - names.reduce((sum, name) => sum + columnsOf[name] + 2, 2);
  const numbers = [...allNumbers];
  while (numbers.length > 2 && freeBeside(numbers) < labelColumns) numbers.pop();
  const widest = Math.max(labelColumns, ...rows.map((row) => width(row.label)));
  const labels = Math.max(12, Math.min(freeBeside(numbers), widest));
  const renderRow = (row) =>
    [`  ${padEnd(truncate(row.label, labels), labels)}`, ...numbers.map((name) => padStart(row[name], columnsOf[name]))]
      .join('  ')
      .trimEnd();

  const constants = Object.entries(shared).map(([key, value]) => `${key}=${value}`);
  return [
    ...(constants.length > 0 ? [style('dim', truncate(`all with ${constants.join(' ')}`, columns)), ''] : []),
    style('dim', renderRow(header)),
    ...groups.flatMap(({ metric, rows: series }) => [
      style('bold', truncate(metric.name, columns)) + (metric.unit ? style('dim', `  ${metric.unit}`) : ''),
      ...series.map(renderRow),
    ]),
  ];
}

/** What every series of every metric says alike is said once. */
function sharedAttributes(metrics) {
  const all = metrics.flatMap(({ series }) => series.map(({ attributes }) => attributes));
  if (all.length < 2) return {};
  return Object.fromEntries(
    Object.entries(all[0]).filter(([key, value]) => all.every((attributes) => attributes[key] === value)),
  );
}

function toRows({ kind, unit, series }, shared) {
  const labels = labelSeries(series, shared);
  return series
    .map((each, index) => ({ label: labels[index] || 'all', ...toNumbers(kind, unit, each) }))
    .sort((a, b) => (a.label < b.label ? -1 : 1));
}

function toNumbers(kind, unit, { value, count, sum, min, max, bounds, buckets }) {
  const format = (quantity) => formatQuantity(quantity, unit);
  if (kind === 'gauge') return { count: '', sum: `last ${format(value)}`, average: '', median: '' };
  if (kind === 'sum') return { count: '', sum: format(value), average: '', median: '' };
  const hasSum = sum !== undefined && count > 0;
  return {
    count: formatCount(count),
    sum: hasSum ? format(sum) : '',
    average: hasSum ? format(sum / count) : '',
    median: formatMedian({ count, min, max, bounds, buckets }, format),
  };
}

/** Buckets know the median only within bounds, so bounds are what is shown, and a number only where they meet. */
function formatMedian({ count, min, max, bounds, buckets }, format) {
  if (count === 0) return '';
  let seen = 0;
  const bucket = buckets.findIndex((each) => {
    seen += each;
    return seen >= count / 2;
  });
  const low = Math.max(bounds[bucket - 1] ?? Number.NEGATIVE_INFINITY, min ?? Number.NEGATIVE_INFINITY);
  const high = Math.min(bounds[bucket] ?? Number.POSITIVE_INFINITY, max ?? Number.POSITIVE_INFINITY);
  const [from, to] = [low, high].map((bound) => (Number.isFinite(bound) ? format(bound) : ''));
  if (from === to) return from;
  if (from === '') return `≤${to}`;
  return to === '' ? `>${from}` : formatRange(from, to);
}

/** `160–320 ms`, `$0.01–0.05`: what both have in common is said once. */
function formatRange(from, to) {
  const unit = to.match(/ \D+$/)?.[0] ?? '';
  const start = from.endsWith(unit) ? from.slice(0, from.length - unit.length) : from;
  return `${start}–${start.startsWith('$') ? to.slice(1) : to}`;
}

/** The shortest labels that tell the series of a metric apart. */
function labelSeries(series, shared) {
  const attempts = [new Set([...place, 'gen_ai.response.model']), new Set(place), new Set()].map((hidden) =>
    series.map(({ attributes }) => toLabel(attributes, new Set([...Object.keys(shared), ...hidden]))),
  );
  return attempts.find((labels) => new Set(labels).size === labels.length) ?? attempts.at(-1);
}

function toLabel(attributes, hidden) {
  return Object.entries(attributes)
    .filter(([key]) => !hidden.has(key))
    .map(([key, value]) => (key === 'error.type' ? `error ${value}` : String(value)))
    .join(' · ');
}

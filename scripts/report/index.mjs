import { formatCost, formatCount, formatDuration } from './format.mjs';
import { createStyle, wantsColor } from './style.mjs';
import { renderTable } from './table.mjs';
import { truncate } from './text.mjs';
import { renderTree, toTimeline } from './tree.mjs';

/**
 * Everything that was recorded, for a person at a terminal.
 *
 * @param {import('./otlp.mjs').Telemetry} telemetry
 * @param {NodeJS.WriteStream} stream where it is going to be written: decides the width and the colours
 */
export function renderReport(telemetry, stream = process.stdout) {
  const options = { columns: stream.columns || 100, style: createStyle(wantsColor(stream)) };
  const { spans, metrics } = telemetry;
  const heading = (title, rest) =>
    `${options.style(['bold', 'cyan'], title)}  ${options.style('dim', truncate(rest, options.columns - title.length - 2))}`;
  const lines = [
    heading('Trace', summarize(spans)),
    '',
    ...renderTree(spans, options),
    '',
    heading('Metrics', plural(metrics.length, 'metric')),
    '',
    ...renderTable(metrics, options),
  ];
  return `${lines.join('\n')}\n`;
}

function summarize(spans) {
  if (spans.length === 0) return 'nothing was recorded';
  const failed = spans.filter((span) => span.failed).length;
  const total = (name) => spans.reduce((sum, { attributes }) => sum + (attributes[name] ?? 0), 0);
  const tokens = total('gen_ai.usage.input_tokens') + total('gen_ai.usage.output_tokens');
  const cost = total('genai_otel.usage.cost');
  return [
    plural(spans.length, 'operation'),
    failed > 0 && `${failed} failed`,
    formatDuration(toTimeline(spans).total),
    tokens > 0 && `${formatCount(tokens)} tokens`,
    cost > 0 && formatCost(cost),
  ]
    .filter(Boolean)
    .join(' · ');
}

const plural = (count, noun) => `${count} ${noun}${count === 1 ? '' : 's'}`;

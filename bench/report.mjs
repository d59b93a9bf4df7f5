// Medians, ratios and targets, as aligned text or markdown.

const TARGET_CREATE = 1.25;
const TARGET_CHUNK = 0.3;

const sorted = (values) => [...values].sort((a, b) => a - b);
const median = (values) => {
  const order = sorted(values);
  const middle = order.length >> 1;
  return order.length % 2 ? order[middle] : (order[middle - 1] + order[middle]) / 2;
};
const spread = (values) => ({ median: median(values), min: Math.min(...values), max: Math.max(...values) });

const signed = (value, digits) => (value < 0 ? '−' : '+') + Math.abs(value).toFixed(digits);
const plain = (value, digits) => value.toFixed(digits);
const text = ({ median: middle, min, max }, digits, format) =>
  `${format(middle, digits)} (${format(min, digits)}…${format(max, digits)})`;

const total = (row, kind) =>
  spread(row.generations.map(({ batches }) => median(batches.map((batch) => batch[kind].cpu))));

/** Over the bare SDK, round by round, so that a slow moment weighs on both sides; one number for each process. */
const added = (row, bare, kind) =>
  spread(
    row.generations.map(({ batches }, generation) =>
      median(batches.map((batch, round) => batch[kind].cpu - bare.generations[generation].batches[round][kind].cpu)),
    ),
  );

/** @returns {string | undefined} why its numbers are not to be ranked */
function unfit({ variant, problem, generations, memory }) {
  if (problem) return problem;
  const runs = [...generations, memory];
  if (variant.records) {
    const { spans, content } = runs[0].recorded;
    if (spans === 0) return 'RECORDED NOTHING';
    const lost = runs.find(({ calls, recorded }) => recorded.spans !== calls);
    if (lost) return `${lost.recorded.spans} SPANS OF ${lost.calls} CALLS`;
    if (content !== variant.content) return content ? 'CONTENT RECORDED' : 'NO CONTENT RECORDED';
  } else if (runs.some(({ recorded }) => recorded.spans > 0)) return 'RECORDED, AND SHOULD NOT';
  return undefined;
}

/** Of the bare SDK itself, or over it; growth always by itself. */
function memoryCells({ count, memory }, bare) {
  const cell = (pick, unit, digits) =>
    bare
      ? signed((pick({ count, memory }) - pick(bare)) / unit, digits)
      : plain(pick({ count, memory }) / unit, digits);
  return [
    cell((row) => row.count.promisesPerCreate, 1, 1),
    cell((row) => row.count.promisesPerChunk, 1, 2),
    cell((row) => row.count.allocatedPerCreate, 1024, 1),
    cell((row) => row.count.allocatedPerChunk, 1, 0),
    cell((row) => row.memory.rss, 2 ** 20, 1),
    cell((row) => row.memory.heapUsed, 2 ** 20, 1),
    plain(memory.heapGrowth / 1024, 0),
  ];
}

function signals({ recorded }) {
  const metrics = Object.keys(recorded.metrics).length;
  const parts = [`${recorded.attributes.length} attributes`];
  if (metrics > 0) parts.push(`${metrics} metrics`);
  if (recorded.logRecords > 0) parts.push('events');
  return recorded.spans > 0 || metrics > 0 ? parts.join(', ') : 'none';
}

function table(header, lines, markdown) {
  const all = [header, ...lines];
  const widths = header.map((_, column) => Math.max(...all.map((line) => line[column].length)));
  const pad = (cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]));
  if (!markdown) return all.map((line) => line.map(pad).join('   ').trimEnd()).join('\n');
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [header, rule, ...lines].map((line) => `| ${line.map(pad).join(' | ')} |`).join('\n');
}

/**
 * @param {object} results what `run.mjs` writes to results.json
 * @param {boolean} markdown
 * @returns {string}
 */
export function printReport(results, markdown) {
  const byName = Object.fromEntries(results.rows.map((row) => [row.variant.name, row]));
  const title = (words) => (markdown ? `\n### ${words}\n` : `\n${words}\n`);
  const output = [];
  const targets = [];
  const loud = [];

  for (const [sdk, version] of Object.entries(results.openai)) {
    const rows = results.rows.filter(({ variant }) => variant.sdk === sdk);
    if (rows.length === 0) continue;
    const times = [];
    const memory = [];
    for (const row of rows) {
      const { variant } = row;
      const name = variant.version ? `${variant.label} ${variant.version}` : variant.label;
      const why = unfit(row);
      if (why) loud.push(`${name} (openai ${version}): ${why}`);
      const bare = byName[variant.baseline];
      const problem = row.problem ?? bare.problem;
      if (problem) {
        times.push([name, variant.host, '-', '-', '-', problem]);
        continue;
      }
      memory.push([name, ...memoryCells(row, row === bare ? undefined : bare)]);
      if (row === bare) {
        const [create, chunk] = [total(row, 'create'), total(row, 'chunk')];
        times.push([name, variant.host, text(create, 1, plain), '', text(chunk, 2, plain), 'none']);
        continue;
      }
      const create = added(row, bare, 'create');
      const chunk = added(row, bare, 'chunk');
      const byHand = byName[variant.handWritten];
      const ratio = byHand && !byHand.problem ? create.median / added(byHand, bare, 'create').median : undefined;
      row.added = { create, chunk, ratio };
      if (variant.needs === 'ours' && variant.records && !variant.content && !why) {
        const verdict = (met) => (met ? 'met' : 'MISSED');
        targets.push(
          `openai ${version}: create() ${ratio?.toFixed(2)} × the hand-written span's added cost, target ≤ ${TARGET_CREATE}: ${verdict(ratio?.toFixed(2) <= TARGET_CREATE)}`,
          `openai ${version}: ${chunk.median.toFixed(2)} µs per chunk, target ≤ ${TARGET_CHUNK.toFixed(1)}: ${verdict(chunk.median.toFixed(2) <= TARGET_CHUNK)}`,
        );
      }
      times.push([
        name,
        variant.host,
        text(create, 1, signed),
        why || variant.isControl ? '' : (ratio?.toFixed(2) ?? ''),
        text(chunk, 2, signed),
        why ? `NOT RANKED: ${why}` : signals(row.memory),
      ]);
    }
    output.push(
      title(`openai ${version}: time added to the bare SDK`),
      table([`openai ${version}`, 'SDK beside', 'create() µs', '× by hand', 'chunk µs', 'records'], times, markdown),
      title(`openai ${version}: promises and memory added to the bare SDK`),
      table(
        [
          `openai ${version}`,
          'promises/call',
          'promises/chunk',
          'KB/call',
          'bytes/chunk',
          'RSS MB',
          'heap MB',
          'growth KB',
        ],
        memory,
        markdown,
      ),
    );
  }

  const measured = results.rows.filter(({ problem }) => !problem).map(({ generations }) => generations);
  const processes = Math.max(0, ...measured.map(({ length }) => length));
  const rounds = Math.min(...measured.flat().map(({ batches }) => batches.length));
  output.push(
    '',
    `Node ${results.node}, ${results.cores} × ${results.cpu}. Load ${results.load.toFixed(1)} at the start. ${results.clock}; medians over ${processes} process(es) of ${rounds} rounds or more each (least…most process).`,
    'The first row is the bare SDK itself, the others are what they add to it. Every call is sampled, a root, with content off but where said;',
    'batching processors, nothing exported. Chunks: streams of 2,002, read to the end. KB/call, bytes/chunk: allocated heap.',
    'RSS, heap: after the first call and a full collection; growth: of the heap over 20,000 calls.',
  );
  if (targets.length > 0)
    output.push(title('Targets'), targets.map((line) => (markdown ? `- ${line}` : line)).join('\n'));
  if (results.startup?.text) {
    output.push(
      title('Start-up (targets: register ≤ 75 ms over bare Node, and ≤ 1/4 of NodeSDK imported as it is)'),
      markdown ? `\`\`\`\n${results.startup.text}\n\`\`\`` : results.startup.text,
    );
  } else if (results.startup) output.push(`\n!!! start-up left out: ${results.startup.failed}`);
  for (const line of loud) output.push(`\n!!! ${line}`);
  return output.join('\n');
}

// What each instrumentation costs over the bare SDK. `node bench/run.mjs --help` tells the options.

import { execFile, fork, spawnSync } from 'node:child_process';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { printReport } from './report.mjs';

const folder = fileURLToPath(new URL('.', import.meta.url));
const HELP = `Usage: node bench/run.mjs [options]

  --processes N   processes that each variant is measured in, one after another (3)
  --rounds N      rounds over all variants in each of them (40)
  --seconds N     what all the rounds may take; there are fewer of them on a slow machine (200)
  --only A,B      these variants, and what they are measured against
  --markdown      print the tables as markdown
  --no-startup    leave the start-up times out
  --no-install    take bench/node_modules as it is
`;

const { values: options } = parseArgs({
  allowNegative: true,
  options: {
    processes: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '40' },
    seconds: { type: 'string', default: '200' },
    only: { type: 'string' },
    markdown: { type: 'boolean', default: false },
    startup: { type: 'boolean', default: true },
    install: { type: 'boolean', default: true },
    help: { type: 'boolean', default: false },
  },
});

const shout = (text) => console.error(`\n!!! ${text}\n`);
const started = performance.now();
const elapsed = () => (performance.now() - started) / 1000;

/** What `npm run` hands on would point the inner npm at the repository's own root. */
function environment(extra = {}) {
  const entries = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|OTEL_|SENTRY_|OPENAI_|NODE_OPTIONS$)/i.test(name),
  );
  return { ...Object.fromEntries(entries), ...extra };
}

function install() {
  const lock = `${folder}package-lock.json`;
  const installed = `${folder}node_modules/.package-lock.json`;
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  console.error('installing the benchmark’s own dependencies …');
  const npm = process.env.npm_execpath;
  const [command, ...args] = npm ? [process.execPath, npm, 'ci'] : ['npm', 'ci'];
  const { status } = spawnSync(command, args, { cwd: folder, env: environment(), stdio: ['ignore', 2, 2] });
  if (status !== 0) shout('npm ci failed: what is not installed is left out below');
}

/** Megabytes, so that a collection does not take away what is to be counted. */
const FLAGS = { count: ['--min-semi-space-size=256', '--max-semi-space-size=256'] };

const run = promisify(execFile);
const lastLine = (output) => JSON.parse(output.trim().split('\n').at(-1));
const reasonOf = (errors) => errors.split('\n').find((line) => /Error/.test(line)) ?? errors.split('\n')[0];

/** @returns {Promise<object>} what the child printed, or `{ failed }` */
async function child({ name, execArgv = [], env }, mode) {
  try {
    const { stdout } = await run(
      process.execPath,
      ['--expose-gc', ...(FLAGS[mode] ?? []), ...execArgv, 'child.cjs', name, mode],
      {
        cwd: folder,
        env: environment(env),
        timeout: 60_000,
        maxBuffer: 2 ** 26,
      },
    );
    return lastLine(stdout);
  } catch (error) {
    return { failed: reasonOf(String(error.stderr || error)) };
  }
}

/** A warm process that runs a batch when asked. Each of its promises settles: by an answer, the process's end, or 60 seconds. */
function warmProcess({ name, execArgv = [], env }) {
  const served = fork(`${folder}child.cjs`, [name, 'time'], {
    cwd: folder,
    env: environment(env),
    execArgv: ['--expose-gc', ...execArgv],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  let errors = '';
  served.stdout.on('data', (data) => {
    output += data;
  });
  served.stderr.on('data', (data) => {
    errors += data;
  });
  const ended = new Promise((resolve) => served.once('close', resolve));
  const answer = () =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => settle(reject, new Error('no answer in 60 s')), 60_000);
      const onMessage = (message) => settle(resolve, message);
      const onClose = () => settle(reject, new Error(reasonOf(errors || 'ended early')));
      const settle = (how, what) => {
        clearTimeout(timer);
        served.off('message', onMessage);
        served.off('close', onClose);
        how(what);
      };
      served.on('message', onMessage);
      served.on('close', onClose);
    });
  return {
    warm: answer,
    batch() {
      served.send('batch');
      return answer();
    },
    async end() {
      if (served.connected) served.send('end');
      await ended;
      return lastLine(output);
    },
    kill: () => served.kill('SIGKILL'),
  };
}

/** Two at a time: for what does not depend on a quiet machine. */
async function inPairs(rows, work) {
  const queue = [...rows];
  const worker = async () => {
    for (let row = queue.shift(); row; row = queue.shift()) await work(row);
  };
  await Promise.all([worker(), worker()]);
}

async function startup() {
  if (!options.startup) return undefined;
  if (!existsSync(`${folder}startup.mjs`)) {
    shout('start-up: bench/startup.mjs is not there, so start-up times are left out');
    return { failed: 'bench/startup.mjs is not there' };
  }
  try {
    const { stdout } = await run(process.execPath, ['startup.mjs'], {
      cwd: folder,
      env: environment(),
      timeout: 90_000,
    });
    return { text: stdout.trimEnd() };
  } catch (error) {
    return { failed: `bench/startup.mjs: ${String(error.stderr || error).split('\n')[0]}` };
  }
}

/** The variants asked for, each with the ones that it is measured against. */
function chosen(variants) {
  if (!options.only) return Object.values(variants);
  const names = new Set();
  for (const name of options.only.split(',')) {
    const variant = variants[name];
    if (!variant) throw new Error(`no variant ${name}; there are: ${Object.keys(variants).join(', ')}`);
    for (const wanted of [variant.baseline, variant.handWritten, name]) names.add(wanted);
  }
  return Object.values(variants).filter(({ name }) => names.has(name));
}

async function main() {
  if (options.help) return console.log(HELP);
  if (options.install) install();
  // Only now: the variants look up the versions that are installed.
  const { variants, missing, versionOf } = (await import('./variants.cjs')).default;

  const rows = chosen(variants).map((variant) => ({ variant, problem: missing(variant), generations: [] }));
  for (const { variant, problem } of rows) if (problem) shout(`${variant.label} (${variant.name}): ${problem}`);
  const running = () => rows.filter(({ problem }) => !problem);
  const fail = (row, problem) => {
    row.problem = problem;
    row.crashed = true;
    shout(`${row.variant.label} (${row.variant.name}) failed: ${problem}`);
  };

  const [load] = loadavg();
  if (load > cpus().length / 2)
    shout(`the machine is busy (load ${load.toFixed(1)} on ${cpus().length} cores): the times are worth less`);
  const processes = Number(options.processes);
  const share = Number(options.seconds) / processes;
  for (let generation = 1; generation <= processes; generation++) {
    const begun = elapsed();
    await inPairs(running(), async (row) => {
      row.process = warmProcess(row.variant);
      await row.process.warm().catch((error) => fail(row, error.message));
      row.generations.push({ batches: [] });
    });
    let round = 0;
    while (round < Number(options.rounds) && (round < 5 || elapsed() - begun < share)) {
      // There and back again, so that none always follows the same neighbour.
      const order = round % 2 === 0 ? running() : running().reverse();
      for (const row of order) {
        try {
          row.generations.at(-1).batches.push(await row.process.batch());
        } catch (error) {
          fail(row, error.message);
        }
      }
      round++;
    }
    await Promise.all(running().map(async (row) => Object.assign(row.generations.at(-1), await row.process.end())));
    for (const row of rows) {
      row.process?.kill();
      delete row.process;
    }
    console.error(`processes ${generation} of ${processes}: ${round} rounds, ${(elapsed() - begun).toFixed(0)} s`);
    if (round < Number(options.rounds)) shout(`a slow machine: ${round} rounds instead of ${options.rounds}`);
  }

  await inPairs(running(), async (row) => {
    row.count = await child(row.variant, 'count');
    row.memory = await child(row.variant, 'memory');
    const failure = row.count.failed ?? row.memory.failed;
    if (failure) fail(row, failure);
  });

  const results = {
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    load,
    clock: process.threadCpuUsage ? 'CPU time of the main thread' : 'CPU time of the process',
    openai: { openai: versionOf('openai'), 'openai-7': versionOf('openai-7') },
    rows,
    startup: await startup(),
  };
  console.log(printReport(results, options.markdown));
  writeFileSync(`${folder}results.json`, `${JSON.stringify(results, null, 2)}\n`);
  console.log(`\nbench/results.json written; ${elapsed().toFixed(0)} s in all`);
  if (rows.some(({ crashed }) => crashed) || results.startup?.failed?.startsWith('bench/startup.mjs:'))
    process.exitCode = 1;
}

await main();

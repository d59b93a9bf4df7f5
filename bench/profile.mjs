// Where one variant spends its time. Usage: node bench/profile.mjs VARIANT [create|stream] [TOP]

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import module from './variants.cjs';

const [name = 'ours', mode = 'create', top = '15'] = process.argv.slice(2);
const variant = module.variants[name];
if (!variant || !['create', 'stream'].includes(mode)) {
  console.error(`variants: ${Object.keys(module.variants).join(', ')}; modes: create, stream`);
  process.exit(1);
}

const folder = fileURLToPath(new URL('.', import.meta.url));
const output = mkdtempSync(join(tmpdir(), 'bench-profile-'));
execFileSync(
  process.execPath,
  [
    '--expose-gc',
    '--cpu-prof',
    '--cpu-prof-interval=200',
    `--cpu-prof-dir=${output}`,
    ...(variant.execArgv ?? []),
    'child.cjs',
    name,
    mode,
  ],
  { cwd: folder, env: { ...process.env, ...variant.env }, stdio: ['ignore', 'ignore', 'inherit'] },
);
const profile = JSON.parse(readFileSync(join(output, readdirSync(output)[0]), 'utf8'));
rmSync(output, { recursive: true });

const placeOf = ({ url, lineNumber }) => {
  const file = url
    .split('/node_modules/')
    .at(-1)
    .replace(/^.*\/(packages|bench)\//, '$1/');
  return file ? `${file}:${lineNumber + 1}` : '';
};
const packageOf = ({ url, functionName }) => {
  if (!url) return functionName.startsWith('(') ? functionName : '(built in)';
  if (url.startsWith('node:')) return 'node';
  const inner = url.split('/node_modules/');
  if (inner.length > 1) return inner.at(-1).match(/^(@[^/]+\/)?[^/]+/)[0];
  return url.match(/\/(packages\/[^/]+|bench)\//)?.[1] ?? url;
};

const byId = new Map(profile.nodes.map((node) => [node.id, node]));
const functions = new Map();
const packages = new Map();
let total = 0;
for (const [index, id] of profile.samples.entries()) {
  const { callFrame } = byId.get(id);
  if (callFrame.functionName === '(idle)') continue;
  const time = profile.timeDeltas[index];
  const key = `${callFrame.functionName || '(anonymous)'}  ${placeOf(callFrame)}`;
  functions.set(key, (functions.get(key) ?? 0) + time);
  packages.set(packageOf(callFrame), (packages.get(packageOf(callFrame)) ?? 0) + time);
  total += time;
}

const print = (heading, map, count) => {
  console.log(`\n${heading}`);
  const order = [...map].sort(([, a], [, b]) => b - a).slice(0, count);
  for (const [key, time] of order) console.log(`${((100 * time) / total).toFixed(1).padStart(6)} %  ${key}`);
};
console.log(`${variant.label}, ${mode}: self time of ${(total / 1e6).toFixed(1)} s`);
print('by package', packages, 12);
print('by function', functions, Number(top));
const ours = new Map([...functions].filter(([key]) => key.includes('packages/')));
if (ours.size > 0) print('by function, of this repository', ours, Number(top));

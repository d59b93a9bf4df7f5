// What a preload adds to the start of a process, against starting OpenTelemetry's NodeSDK from its modules as they are.
//
//   node bench/startup.mjs [runs]      run `npm run build` first
//
// The variants take turns, so that a busy machine disturbs all of them alike; median and fastest run are shown.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const runs = Number(process.argv[2] ?? 25);
const nodeSdk = `data:text/javascript,${encodeURIComponent(
  `import { createRequire } from 'node:module';
   const { pathToFileURL } = await import('node:url');
   const { NodeSDK } = await import(pathToFileURL(createRequire(${JSON.stringify(`${root}package.json`)}).resolve('@opentelemetry/sdk-node')).href);
   new NodeSDK().start();`,
)}`;

/** @type {Record<string, { args: string[], env?: Record<string, string> }>} */
const variants = {
  'bare node': { args: [] },
  'hook, --import': { args: ['--import', '@genai-otel/node/hook'] },
  'register, --import': { args: ['--import', '@genai-otel/node/register'] },
  'register, --require': { args: ['--require', '@genai-otel/node/register'] },
  'register, gRPC': {
    args: ['--import', '@genai-otel/node/register'],
    env: { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
  },
  'register, disabled': { args: ['--import', '@genai-otel/node/register'], env: { OTEL_SDK_DISABLED: 'true' } },
  'NodeSDK as it is': { args: ['--import', nodeSdk] },
};

const times = new Map(Object.keys(variants).map((name) => [name, []]));
for (let run = 0; run < runs; run++) {
  for (const [name, { args, env }] of Object.entries(variants)) {
    const started = performance.now();
    // The start alone: the process ends without a flush, which needs an endpoint.
    const { status, stderr } = spawnSync(process.execPath, [...args, '-e', 'process.reallyExit(0)'], {
      cwd: root,
      env: { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', ...env },
    });
    if (status !== 0) throw new Error(`${name}: ${stderr}`);
    times.get(name)?.push(performance.now() - started);
  }
}

const median = (sorted) => sorted[Math.floor(sorted.length / 2)];
const [bareMedian, bareFastest] = ((sorted) => [median(sorted), sorted[0]])(
  times.get('bare node').sort((a, b) => a - b),
);
console.log(`Node.js ${process.version}, ${runs} runs each, milliseconds (over bare node)`);
for (const [name, measured] of times) {
  const sorted = measured.sort((a, b) => a - b);
  const show = (value, bare) => `${value.toFixed(0).padStart(4)} (+${(value - bare).toFixed(0)})`.padEnd(14);
  console.log(`${name.padEnd(22)} median ${show(median(sorted), bareMedian)} fastest ${show(sorted[0], bareFastest)}`);
}

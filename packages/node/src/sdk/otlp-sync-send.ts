/** Sends OTLP requests while the process exits: a worker thread makes them, this thread waits for it. */
import type { Agent } from 'node:http';
import { Worker } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { diag } from '@opentelemetry/api';

export interface OtlpRequest {
  url: string;
  headers: Record<string, string>;
  gzip: boolean;
  agent: Agent | undefined;
  data: Uint8Array;
}

/** Node.js has it, its types do not. */
interface AgentWithOptions {
  options: { ca?: Buffer; cert?: Buffer; key?: Buffer };
}

/** Counts the delivered requests in `state[0]` and the finished ones in `state[1]`. */
const workerSource = `
const { workerData: { state, requests } } = require('node:worker_threads');
for (const { url, options, body } of requests) {
  const { request } = require(url.startsWith('https:') ? 'node:https' : 'node:http');
  let open = true;
  const finish = (delivered) => {
    if (!open) return;
    open = false;
    Atomics.add(state, 0, delivered ? 1 : 0);
    Atomics.add(state, 1, 1);
    Atomics.notify(state, 1);
  };
  const sent = request(url, { ...options, method: 'POST' }, (response) => {
    response.resume();
    response.on('end', () => finish(response.statusCode < 300));
    response.on('error', () => finish(false));
  });
  sent.on('error', () => finish(false));
  sent.end(body);
}
`;

/**
 * Returns when every request has been answered, or at the deadline. Never throws.
 *
 * @param deadline the moment to give up, in milliseconds as `Date.now()` counts them
 */
export function sendOtlpSync(requests: OtlpRequest[], deadline: number): void {
  if (requests.length === 0) return;
  const state = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  try {
    if (Date.now() < deadline) startWorker(requests, state);
    for (let finished = 0; finished < requests.length; finished = Atomics.load(state, 1)) {
      const remaining = deadline - Date.now();
      if (remaining <= 0) break;
      Atomics.wait(state, 1, finished, remaining);
    }
    const lost = requests.length - Atomics.load(state, 0);
    if (lost > 0) diag.warn(`${lost} of ${requests.length} exports were not delivered before the process exited.`);
  } catch (error) {
    diag.warn(`What was recorded last could not be delivered before the process exited: ${error}`);
  }
}

function startWorker(requests: OtlpRequest[], state: Int32Array): void {
  const worker = new Worker(workerSource, {
    eval: true,
    // It must not run the preload again, nor print through a thread that no longer runs.
    execArgv: [],
    env: {},
    stdout: true,
    stderr: true,
    workerData: { state, requests: requests.map(describe) },
  });
  worker.on('error', () => {});
  worker.unref();
}

/** An agent cannot cross threads; what `OTEL_EXPORTER_OTLP_*CERTIFICATE` and `*_KEY` gave it can. */
function describe({ url, headers, gzip, agent, data }: OtlpRequest): object {
  const { ca, cert, key } = (agent as AgentWithOptions | undefined)?.options ?? {};
  const encoding = gzip ? { 'Content-Encoding': 'gzip' } : {};
  return { url, options: { headers: { ...headers, ...encoding }, ca, cert, key }, body: gzip ? gzipSync(data) : data };
}

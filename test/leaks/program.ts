import { OpenAIInstrumentation } from '@genai-otel/instrumentation-openai';
import { context, metrics, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { AggregationTemporality, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import OpenAI from 'openai';

/**
 * Repeats one scenario in a process of its own, and prints what the heap holds after a fifth of the operations and after all of them.
 *
 * Arguments: scenario, number of operations, host, capture mode. The host has an OpenTelemetry SDK (`sdk`), has
 * none (`none`), or has not even the instrumentation (`bare`).
 */
const [scenario = '', operations = '', host = 'sdk', captureContent = 'NO_CONTENT'] = process.argv.slice(2);

export interface Report {
  /** Bytes on the heap after garbage collection. */
  early: number;
  late: number;
  /** Operations between the two. */
  between: number;
  started: number;
  ended: number;
  /** Recordings that are still open at the end. */
  open: number;
}

let started = 0;
let ended = 0;
const reader = new (class extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
})({ aggregationTemporalitySelector: () => AggregationTemporality.DELTA });

if (host === 'sdk') {
  // Counted and dropped: an exporter that keeps spans would grow by itself.
  const counting = {
    onStart: () => void started++,
    onEnd: () => void ended++,
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const dropping = { onEmit: () => {}, forceFlush: async () => {}, shutdown: async () => {} };
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [counting] }));
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  logs.setGlobalLoggerProvider(new LoggerProvider({ processors: [dropping] }));
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
}
if (host !== 'bare') new OpenAIInstrumentation({ captureContent: captureContent as 'NO_CONTENT' }).instrument(OpenAI);

const encoder = new TextEncoder();
const CHUNKS = 2000;
const usage = { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 };
const completion = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-4o-mini',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'hello' } }],
  usage,
});
const chunk = (delta: object, finishReason: string | null) =>
  encoder.encode(
    `data: ${JSON.stringify({ id: 'chatcmpl-1', model: 'gpt-4o-mini', choices: [{ index: 0, delta, finish_reason: finishReason }] })}\n\n`,
  );
const middle = chunk({ content: 'word ' }, null);
const last = chunk({}, 'stop');
const done = encoder.encode('data: [DONE]\n\n');

function events(): ReadableStream<Uint8Array> {
  let sent = 0;
  return new ReadableStream({
    async pull(controller) {
      // Several in one piece and one piece in a turn of the event loop, as a network delivers them.
      await new Promise(setImmediate);
      for (let piece = 0; piece < 50 && sent < CHUNKS - 1; piece++, sent++) controller.enqueue(middle);
      if (sent < CHUNKS - 1) return;
      controller.enqueue(last);
      controller.enqueue(done);
      controller.close();
    },
  });
}

const client = new OpenAI({
  apiKey: 'sk-not-a-key',
  maxRetries: 0,
  fetch: async (_url, init) => {
    const { model, stream } = JSON.parse(String(init?.body)) as { model: string; stream?: boolean };
    if (model === 'failing')
      return Response.json({ error: { message: 'no', code: 'rate_limit_exceeded' } }, { status: 429 });
    const headers = {
      'content-type': stream ? 'text/event-stream' : 'application/json',
      'x-ratelimit-remaining-tokens': '5',
    };
    return new Response(stream ? events() : completion, { headers });
  },
});

const messages = [{ role: 'user' as const, content: 'hi' }];
const create = (model = 'gpt-4o-mini') => client.chat.completions.create({ model, messages });
const stream = () => client.chat.completions.create({ model: 'gpt-4o-mini', messages, stream: true });

const scenarios: Record<string, (index: number) => Promise<unknown>> = {
  create: () => create(),
  /** Every call names another model, as with fine-tuned ones behind a gateway. */
  models: (index) => create(`model-${index}`),
  failing: () => create('failing').catch(() => undefined),
  raw: () => create().asResponse(),
  async stream() {
    for await (const _chunk of await stream()) void _chunk;
  },
  async left() {
    for await (const _chunk of await stream()) break;
  },
  unread: () => stream(),
  async midway() {
    const iterator = (await stream())[Symbol.asyncIterator]();
    await iterator.next();
  },
  async unawaited() {
    create();
    // The request is under way, and its answer arrives while nobody waits.
    await new Promise(setImmediate);
  },
};
const run = scenarios[scenario];
if (run === undefined) throw new Error(`no scenario "${scenario}"`);

const open = () =>
  (globalThis as { [key: symbol]: Set<unknown> | undefined })[Symbol.for('genai_otel.open_recordings')]?.size ?? -1;

const collectGarbage = (globalThis as { gc?: () => void }).gc ?? (() => undefined);

/** Waits for what only garbage collection brings to its end. @returns the least that the heap was seen to hold. */
async function settle(): Promise<number> {
  if (host === 'sdk') await reader.collect();
  let least = Number.POSITIVE_INFINITY;
  let unchanged = 0;
  for (let round = 0; round < 60 && unchanged < 5; round++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    collectGarbage();
    const { heapUsed } = process.memoryUsage();
    unchanged = open() > 0 || heapUsed < least - 2048 ? 0 : unchanged + 1;
    least = Math.min(least, heapUsed);
  }
  return least;
}

const total = Number(operations);
const fifth = Math.floor(total / 5);
let early = 0;
for (let index = 0; index < total; index++) {
  // Once before, so that what is made by the first collection of metrics is there already.
  if (index === Math.floor(total / 10)) await settle();
  if (index === fifth) early = await settle();
  await run(index);
  if (index % 100 === 0) await new Promise(setImmediate);
  // Weak tables grow with what waits for collection, and never shrink.
  if (index % 2000 === 0) collectGarbage();
}
const late = await settle();
const report: Report = { early, late, between: total - fifth, started, ended, open: open() };
console.log(JSON.stringify(report));

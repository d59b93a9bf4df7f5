// Makes one call with both instrumentations registered, and prints what was recorded of it as JSON.
const { context, diag } = require('@opentelemetry/api');
const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { OpenAIInstrumentation: ContribInstrumentation } = require('@opentelemetry/instrumentation-openai');
const { InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } = require('@opentelemetry/sdk-metrics');
const { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } = require('@opentelemetry/sdk-trace');
const { OpenAIInstrumentation } = require('@genai-otel/instrumentation-openai');

const warnings = [];
diag.setLogger({ error() {}, warn: (message) => warnings.push(message), info() {}, debug() {}, verbose() {} });
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
const spanExporter = new InMemorySpanExporter();
const metricExporter = new InMemoryMetricExporter(1);
const reader = new PeriodicExportingMetricReader({ exporter: metricExporter, exportIntervalMillis: 2 ** 31 - 1 });
const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spanExporter })] });
const meterProvider = new MeterProvider({ readers: [reader] });

const ours = new OpenAIInstrumentation();
const theirs = new ContribInstrumentation();
const order = process.argv[2] === 'ours-first' ? [ours, theirs] : [theirs, ours];
registerInstrumentations({ instrumentations: order, tracerProvider, meterProvider });

const { OpenAI } = require('openai');

async function main() {
  const client = new OpenAI({ baseURL: process.env.MODEL_SERVER_URL, apiKey: 'test' });
  const params = { model: 'gpt-4o', messages: [{ role: 'user', content: 'hello' }] };
  await client.chat.completions.create(params);
  await client.chat.completions.create(params);
  // Theirs does not know this surface: it stays ours.
  await client.completions.create({ model: 'gpt-3.5-turbo-instruct', prompt: 'hello' });
  await tracerProvider.forceFlush();
  await meterProvider.forceFlush();
  const metrics = metricExporter
    .getMetrics()
    .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));
  const points = (name, operation) =>
    metrics
      .filter(({ descriptor }) => descriptor.name === name)
      .flatMap(({ dataPoints }) => dataPoints)
      .filter(({ attributes }) => attributes['gen_ai.operation.name'] === operation)
      .reduce((count, { value }) => count + value.count, 0);
  console.log(
    JSON.stringify({
      spans: spanExporter.getFinishedSpans().map(({ name }) => name),
      chatPoints: points('gen_ai.client.operation.duration', 'chat'),
      completionPoints: points('gen_ai.client.operation.duration', 'text_completion'),
      warnings: warnings.filter((message) => message.startsWith('genai-otel')),
    }),
  );
}

main();

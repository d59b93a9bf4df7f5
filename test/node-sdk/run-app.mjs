import { getGenAIInstrumentations } from '@genai-otel/node';

/** Starts the host's NodeSDK with our instrumentations, makes a call that succeeds and one that fails, and prints what arrived. */
export async function runApp({ NodeSDK, OpenAI, options, spanExporter, logExporter, metricExporter, metricReader }) {
  const sdk = new NodeSDK({ ...options, instrumentations: [getGenAIInstrumentations()] });
  sdk.start();
  const client = new OpenAI({ baseURL: process.env.MODEL_SERVER_URL, apiKey: 'test' });
  const params = { model: 'gpt-4o', messages: [{ role: 'user', content: 'hello' }] };
  await client.chat.completions.create(params);
  await client.chat.completions.create(params, { headers: { 'x-scenario': '401' } }).catch(() => undefined);
  await metricReader.forceFlush();
  const metrics = metricExporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics);
  const ours = metrics.filter(({ scope }) => scope.name.startsWith('@genai-otel/'));
  console.log(
    JSON.stringify({
      spans: spanExporter.getFinishedSpans().map(({ name, status }) => `${name} ${status.code}`),
      events: logExporter.getFinishedLogRecords().map(({ eventName }) => eventName),
      durations: ours
        .flatMap((scope) => scope.metrics)
        .filter(({ descriptor }) => descriptor.name === 'gen_ai.client.operation.duration')
        .flatMap(({ dataPoints }) => dataPoints.map(({ value }) => value.count)),
      schemas: [...new Set(ours.map(({ scope }) => scope.schemaUrl))],
    }),
  );
  await sdk.shutdown();
}

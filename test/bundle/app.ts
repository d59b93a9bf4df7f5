// Makes a call and a stream with the SDK and the instrumentation bundled in, and prints the names of the spans as JSON.
import { OpenAIInstrumentation } from '@genai-otel/instrumentation-openai';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import OpenAI from 'openai';

const exporter = new InMemorySpanExporter();
const instrumentation = new OpenAIInstrumentation();
instrumentation.setTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
if (process.argv[2] === 'instrument') instrumentation.instrument(OpenAI);

async function main() {
  const client = new OpenAI({ baseURL: process.env.MODEL_SERVER_URL, apiKey: 'test' });
  const params = { model: 'gpt-4o', messages: [{ role: 'user' as const, content: 'hello' }] };
  const completion = await client.chat.completions.create(params);
  let text = '';
  for await (const chunk of await client.chat.completions.create({ ...params, stream: true })) {
    text += chunk.choices[0]?.delta.content ?? '';
  }
  const finished = exporter.getFinishedSpans();
  const spans = finished.map(({ name }) => name);
  const hasCost = finished.some(({ attributes }) => attributes['genai_otel.usage.cost'] !== undefined);
  console.log(JSON.stringify({ same: text === completion.choices[0]?.message.content, spans, hasCost }));
}

main();

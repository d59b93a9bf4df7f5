import './host.mjs';
import '@genai-otel/node/hook';
import { OpenAIInstrumentation } from '@genai-otel/instrumentation-openai';
import { registerInstrumentations } from '@opentelemetry/instrumentation';

registerInstrumentations({ instrumentations: [new OpenAIInstrumentation()] });

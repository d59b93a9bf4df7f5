export type { OpenAIInstrumentationConfig } from './config.ts';
export { hooks } from './hooks.ts';
export { OpenAIInstrumentation } from './instrumentation.ts';

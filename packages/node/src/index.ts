export {
  type GenAIInstrumentationsConfig,
  getGenAIInstrumentations,
  type Instrumentation,
  type InstrumentationConfigMap,
} from './instrumentations.ts';

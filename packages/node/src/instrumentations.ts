import type { GenAIInstrumentationConfig } from '@genai-otel/core';
import { OpenAIInstrumentation, type OpenAIInstrumentationConfig } from '@genai-otel/instrumentation-openai';
import { diag, type MeterProvider, type TracerProvider } from '@opentelemetry/api';

/** An OpenTelemetry instrumentation, as far as hosts of every supported OpenTelemetry release agree on its shape. */
export interface Instrumentation {
  readonly instrumentationName: string;
  readonly instrumentationVersion: string;
  enable(): void;
  disable(): void;
  setTracerProvider(tracerProvider: TracerProvider): void;
  setMeterProvider(meterProvider: MeterProvider): void;
  // biome-ignore lint/suspicious/noExplicitAny: the type is in a different package in OpenTelemetry 2.x and 3.x
  setLoggerProvider?(loggerProvider: any): void;
  // biome-ignore lint/suspicious/noExplicitAny: each instrumentation has options of its own
  setConfig(config: any): void;
  // biome-ignore lint/suspicious/noExplicitAny: each instrumentation has options of its own
  getConfig(): any;
}

/** The options of each instrumentation, by the name of its package. */
export interface InstrumentationConfigMap {
  '@genai-otel/instrumentation-openai'?: OpenAIInstrumentationConfig;
}

/** Options for all instrumentations at the top, and for single ones, which win. */
export type GenAIInstrumentationsConfig = GenAIInstrumentationConfig & InstrumentationConfigMap;

/** Every instrumentation of this package. */
const factories: {
  [Name in keyof InstrumentationConfigMap]-?: (config: NonNullable<InstrumentationConfigMap[Name]>) => Instrumentation;
} = {
  '@genai-otel/instrumentation-openai': (config) => new OpenAIInstrumentation(config),
};

/** The options that all instrumentations know, for telling them from mistyped ones. */
const commonOptions: Record<keyof GenAIInstrumentationConfig, true> = {
  enabled: true,
  captureContent: true,
  captureUserId: true,
  prices: true,
  providers: true,
  redactors: true,
  maxContentLength: true,
  contentMode: true,
  hashUserIds: true,
};

/**
 * All GenAI instrumentations, for the `instrumentations` of an OpenTelemetry SDK of your own:
 * `new NodeSDK({ instrumentations: [getGenAIInstrumentations()] })`.
 *
 * @param config options for all of them, and for single ones under the name of the package. A key that is neither is
 * reported through `diag`, once for each call, and ignored.
 */
export function getGenAIInstrumentations(config: GenAIInstrumentationsConfig = {}): Instrumentation[] {
  const checked = isOptions(config) ? config : {};
  const names = Object.keys(factories) as (keyof typeof factories)[];
  const known = [...Object.keys(commonOptions), ...names];
  const entries = Object.entries(checked);
  const unknown = entries.map(([key]) => key).filter((key) => !known.includes(key));
  if (unknown.length > 0) {
    diag.warn(
      `getGenAIInstrumentations ignores unknown options: ${unknown.join(', ')}. Known are ${known.join(', ')}.`,
    );
  }
  const common: GenAIInstrumentationConfig = Object.fromEntries(
    entries.filter(([key]) => Object.hasOwn(commonOptions, key)),
  );
  return names.map((name) => factories[name]({ ...common, ...checked[name] }));
}

function isOptions(value: unknown): value is GenAIInstrumentationsConfig {
  if (typeof value === 'object' && value !== null) return true;
  diag.warn('getGenAIInstrumentations takes an object of options; the defaults are used.');
  return false;
}

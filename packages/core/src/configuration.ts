import type { InstrumentationConfig } from '@opentelemetry/instrumentation';
import {
  type ContentCaptureMode,
  ContentPolicy,
  type ContentPolicyOptions,
  parseContentCaptureMode,
} from './content/index.ts';
import { type Convention, resolveConvention } from './convention/stability.ts';
import { type CostCalculator, createCostCalculator, type PriceOption } from './cost/cost.ts';
import { guard, warnOnce } from './guard.ts';

/** What a `captureContent` function decides by: nothing of it is content. */
export interface CaptureRequest {
  operation: string;
  provider: string;
  model: string | undefined;
}

/** Options of every GenAI instrumentation. */
export interface GenAIInstrumentationConfig extends InstrumentationConfig, ContentPolicyOptions {
  /**
   * Which signals carry content: messages, instructions, tool arguments and results, error messages. A function decides for
   * each request. Default: `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT`, else `NO_CONTENT`.
   */
  captureContent?: ContentCaptureMode | ((request: CaptureRequest) => ContentCaptureMode);
  /** Records the end user that a request names as `user.id`. Default false. */
  captureUserId?: boolean;
  /** Own prices by model, the path of a JSON file with them, or `false` for no cost at all. */
  prices?: PriceOption;
  /**
   * The provider behind a host, such as `{ 'llm.example.com': 'azure.ai.openai' }`: for gateways and private endpoints, which
   * do not tell.
   */
  providers?: Readonly<Record<string, string>>;
}

/** The options in the form that the recording uses. */
export interface ResolvedConfig {
  captureMode(request: CaptureRequest): ContentCaptureMode;
  policy: ContentPolicy;
  captureUserId: boolean;
  cost: CostCalculator;
  convention: Convention;
  providers: ReadonlyMap<string, string>;
}

/** Checks the options and reads the environment. A bad value gives one warning and the safe behaviour. */
export function resolveConfig(config: GenAIInstrumentationConfig, environment = process.env): ResolvedConfig {
  return {
    captureMode: resolveCaptureMode(config.captureContent, environment),
    policy: new ContentPolicy(config),
    captureUserId: flag(config.captureUserId, 'captureUserId'),
    cost: createCostCalculator(config.prices),
    convention: resolveConvention(environment.OTEL_SEMCONV_STABILITY_OPT_IN),
    providers: resolveProviders(config.providers),
  };
}

const CAPTURE_VARIABLE = 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT';

function resolveCaptureMode(
  option: GenAIInstrumentationConfig['captureContent'],
  environment: NodeJS.ProcessEnv,
): ResolvedConfig['captureMode'] {
  if (typeof option === 'function') {
    const parsed = new Map<unknown, ContentCaptureMode>();
    return (request) => {
      const value = guard('captureContent', () => option(request));
      let mode = parsed.get(value);
      if (mode === undefined) {
        mode = parseContentCaptureMode(value, 'the function "captureContent"');
        // Kept, so that a bad value warns once and not with every request.
        if (parsed.size < 100) parsed.set(value, mode);
      }
      return mode;
    };
  }
  const mode =
    option === undefined
      ? parseContentCaptureMode(environment[CAPTURE_VARIABLE], CAPTURE_VARIABLE)
      : parseContentCaptureMode(option, 'option "captureContent"');
  return () => mode;
}

/** A boolean option; anything else is false, with a warning. */
export function flag(value: unknown, name: string): boolean {
  if (value === undefined || typeof value === 'boolean') return value === true;
  warnOnce(`option "${name}" must be true or false; it is taken as false`);
  return false;
}

function resolveProviders(option: unknown): ReadonlyMap<string, string> {
  const providers = new Map<string, string>();
  if (option === undefined) return providers;
  if (typeof option !== 'object' || option === null || Array.isArray(option)) {
    warnOnce('option "providers" must be an object of hosts and provider names; it is ignored');
    return providers;
  }
  for (const [host, provider] of Object.entries(option)) {
    if (typeof provider === 'string' && provider !== '') providers.set(host.toLowerCase(), provider);
    else warnOnce(`option "providers": the provider of host "${host.slice(0, 80)}" must be a string; it is ignored`);
  }
  return providers;
}

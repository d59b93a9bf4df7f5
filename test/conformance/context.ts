import { loadModel, type Model } from './model.ts';
import type { AttributeBag, ConformanceOptions, Recorded, Report, Scope } from './types.ts';

/** What every rule may look at. */
export interface CheckContext {
  readonly model: Model;
  readonly recorded: Recorded;
  readonly options: ConformanceOptions;
  readonly ownPrefix: string;
  readonly report: Report;
}

const OWN_SCOPES = '@genai-otel/';
const CONVENTION_PREFIXES = ['gen_ai.', 'mcp.', 'openai.', 'aws.bedrock.'];

export function createContext(recorded: Recorded, options: ConformanceOptions, report: Report): CheckContext {
  const model = loadModel(options.convention);
  return { model, recorded, options, ownPrefix: options.ownPrefix ?? 'genai_otel.', report };
}

export function isConventionName(name: string): boolean {
  return CONVENTION_PREFIXES.some((prefix) => name.startsWith(prefix));
}

/** Telemetry of other instrumentations in the same process is not judged. */
export function isJudged(context: CheckContext, scope: Scope, names: Iterable<string>): boolean {
  if (scope.name.startsWith(OWN_SCOPES)) return true;
  for (const name of names) if (isConventionName(name) || name.startsWith(context.ownPrefix)) return true;
  return false;
}

export function isSet(attributes: AttributeBag, name: string): boolean {
  return attributes[name] !== undefined;
}

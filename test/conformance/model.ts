import { readFileSync } from 'node:fs';

export type AttributeType =
  | 'string'
  | 'int'
  | 'double'
  | 'boolean'
  | 'string[]'
  | 'any'
  /** One attribute for each key after the name: `gen_ai.prompt.variable.<key>`. */
  | 'template[string]';

export interface AttributeFact {
  readonly type: AttributeType;
  /** Well-known values. */
  readonly enum?: readonly string[];
  /** Retired values and their replacements. */
  readonly deprecatedValues?: Readonly<Record<string, string>>;
  /** The replacement's name, or `removed`. */
  readonly deprecated?: string;
}

export type Condition =
  | 'available'
  | 'error'
  | 'not_default_port'
  | 'not_default_version'
  | 'other_exception_attribute'
  | 'prompt_method'
  | 'request_method'
  | 'requested'
  | 'requested_not_one'
  | 'resource_method'
  | 'responded'
  | 'server_address'
  | 'client_address'
  | 'streaming'
  | 'tool_method';

export interface AttributeUse {
  readonly level: 'required' | 'conditionally_required' | 'recommended' | 'opt_in';
  readonly when?: Condition;
  /** The convention asks for it at span creation, where samplers see it. */
  readonly sampling?: boolean;
  /** Added after the 1.41.0 release. */
  readonly later?: boolean;
}

export type AttributeUses = Readonly<Record<string, AttributeUse>>;

export interface SpanFact {
  readonly operations: readonly string[];
  readonly kinds: readonly ('CLIENT' | 'INTERNAL' | 'SERVER')[];
  /** The name is the first format whose attributes are all set. */
  readonly names: readonly string[];
  readonly attributes: AttributeUses;
  /** What differs for a value of `gen_ai.provider.name`. */
  readonly providers?: Readonly<Record<string, AttributeUses>>;
}

export interface MetricFact {
  readonly instrument: 'histogram' | 'counter';
  readonly unit: string;
  readonly value?: 'int' | 'double';
  readonly boundaries?: readonly number[];
  readonly attributes: AttributeUses;
  readonly providers?: Readonly<Record<string, AttributeUses>>;
}

export interface EventFact {
  readonly severity?: number;
  readonly attributes: AttributeUses;
}

export interface Model {
  readonly convention: string;
  readonly schemaUrl: string;
  readonly inferenceSpan: string;
  readonly spans: Readonly<Record<string, SpanFact>>;
  readonly metrics: Readonly<Record<string, MetricFact>>;
  readonly events: Readonly<Record<string, EventFact>>;
  readonly deprecatedEvents: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeFact>>;
}

const FILES = { '1.41.0': 'v1.41.0.json', latest: 'latest.json' } as const;
const loaded = new Map<string, Model>();

/** The project's statement of a convention version. */
export function loadModel(convention: keyof typeof FILES): Model {
  let model = loaded.get(convention);
  if (!model) {
    model = JSON.parse(readFileSync(new URL(`./model/${FILES[convention]}`, import.meta.url), 'utf8')) as Model;
    loaded.set(convention, model);
  }
  return model;
}

/** The uses of a signal with the provider's differences laid over. */
export function usesFor(fact: SpanFact | MetricFact, provider: unknown): AttributeUses {
  const differences = typeof provider === 'string' ? fact.providers?.[provider] : undefined;
  return differences ? { ...fact.attributes, ...differences } : fact.attributes;
}

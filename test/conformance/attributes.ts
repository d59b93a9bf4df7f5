import type { CheckContext } from './context.ts';
import type { AttributeFact } from './model.ts';
import type { AttributeBag, Signal } from './types.ts';

/** Enumerations upstream leaves open, whose lists nevertheless cover each value that an instrumentation has to give. */
const CLOSED_ENUMERATIONS = new Set([
  'gen_ai.output.type',
  'gen_ai.token.type',
  'gen_ai.token.modality',
  'gen_ai.response.status',
  'openai.api.type',
]);

/** The registry's fact of an attribute, templates (`gen_ai.prompt.variable.<key>`) resolved. */
export function factOf(context: CheckContext, name: string): AttributeFact | undefined {
  const facts = context.model.attributes;
  // A template's name alone is no attribute.
  if (Object.hasOwn(facts, name)) return facts[name]?.type.startsWith('template') ? undefined : facts[name];
  const template = Object.keys(facts).find(
    (candidate) => facts[candidate]?.type === 'template[string]' && name.startsWith(`${candidate}.`),
  );
  return template === undefined ? undefined : { type: 'string' };
}

/** Rules `unknown_attribute`, `deprecated_attribute`, `attribute_type`, `enum_value`, `deprecated_value`. */
export function checkAttributes(context: CheckContext, signal: Signal, name: string, attributes: AttributeBag): void {
  for (const [attribute, value] of Object.entries(attributes)) {
    if (value === undefined || context.options.extraAttributes?.includes(attribute)) continue;
    const violate = (rule: string, detail: string) => context.report({ rule, signal, name, attribute, detail });
    const fact = factOf(context, attribute);
    if (!fact) {
      if (!attribute.startsWith(context.ownPrefix)) violate('unknown_attribute', 'not in the registry');
      continue;
    }
    if (fact.deprecated !== undefined) {
      violate('deprecated_attribute', `replacement: ${fact.deprecated}`);
      continue;
    }
    if (!hasType(value, fact.type)) {
      violate('attribute_type', `expected ${fact.type}, got ${JSON.stringify(value)}`);
      continue;
    }
    if (typeof value !== 'string') continue;
    const replacement = fact.deprecatedValues?.[value];
    if (replacement !== undefined) violate('deprecated_value', `${value} is now ${replacement}`);
    if (CLOSED_ENUMERATIONS.has(attribute) && !fact.enum?.includes(value)) {
      violate('enum_value', `${value} is none of ${fact.enum?.join(', ')}`);
    }
  }
}

function hasType(value: unknown, type: AttributeFact['type']): boolean {
  switch (type) {
    case 'string':
    case 'template[string]':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'int':
      return Number.isSafeInteger(value);
    // A whole number is a double too: JavaScript does not tell them apart.
    case 'double':
      return Number.isFinite(value);
    case 'string[]':
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
    // The form of structured values depends on the signal: see content.ts.
    case 'any':
      return true;
  }
}

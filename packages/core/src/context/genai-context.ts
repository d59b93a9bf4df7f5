import { type Attributes, type Context, context, createContextKey, propagation } from '@opentelemetry/api';
import { attribute } from '../convention/attribute-table.ts';
import { guard, warnOnce } from '../guard.ts';

/** What an application knows about the calls that it makes, set on all recordings below {@link withGenAIContext}. */
export interface GenAIContext {
  /** `gen_ai.conversation.id`: a real conversation or thread, never made up. */
  conversationId?: string;
  /** `user.id`, hashed where the content policy says so. */
  userId?: string;
  /** `session.id`. */
  sessionId?: string;
  /** `genai_otel.tags`. */
  tags?: readonly string[];
  /** Further attributes, under the names given here. */
  attributes?: Attributes;
}

export interface GenAIContextOptions {
  /**
   * Also puts the conversation, user and session into OpenTelemetry baggage, so that they travel with outgoing requests.
   * Default false: whoever is called can read them.
   */
  baggage?: boolean;
}

const GENAI_CONTEXT = createContextKey('genai_otel.context');

const baggageKeys = [
  ['conversationId', 'gen_ai.conversation.id'],
  ['userId', attribute.userId],
  ['sessionId', attribute.sessionId],
] as const;

/**
 * Runs `fn` with attributes that every recording below it carries, across promises, timers and streams that are read later.
 * Nested calls add to the outer ones; the inner value of a field wins, and tags add up.
 *
 * @returns what `fn` returns.
 */
export function withGenAIContext<T>(values: GenAIContext, fn: () => T, options?: GenAIContextOptions): T {
  const active = context.active();
  const inner = guard('withGenAIContext', () => merge(active, checked(values), options?.baggage === true));
  return context.with(inner ?? active, fn);
}

function merge(active: Context, values: GenAIContext, withBaggage: boolean): Context {
  const outer = getGenAIContext(active);
  const merged: GenAIContext = {
    ...outer,
    ...values,
    tags: [...new Set([...(outer?.tags ?? []), ...(values.tags ?? [])])],
    attributes: { ...outer?.attributes, ...values.attributes },
  };
  const inner = active.setValue(GENAI_CONTEXT, merged);
  if (!withBaggage) return inner;
  let baggage = propagation.getBaggage(inner) ?? propagation.createBaggage();
  for (const [field, key] of baggageKeys) {
    const value = values[field];
    if (value !== undefined) baggage = baggage.setEntry(key, { value });
  }
  return propagation.setBaggage(inner, baggage);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What fits the types; the rest is left out with a warning. */
function checked(values: unknown): GenAIContext {
  if (!isObject(values)) {
    warnOnce('withGenAIContext takes an object of values; nothing is set');
    return {};
  }
  const result: GenAIContext = {};
  for (const [field] of baggageKeys) {
    const value = values[field];
    if (typeof value === 'string' && value !== '') result[field] = value;
    else if (value !== undefined) warnOnce(`withGenAIContext: "${field}" must be a text; it is left out`);
  }
  const { tags, attributes } = values;
  if (Array.isArray(tags) && tags.every((tag) => typeof tag === 'string')) result.tags = tags;
  else if (tags !== undefined) warnOnce('withGenAIContext: "tags" must be a list of texts; they are left out');
  if (isObject(attributes)) result.attributes = attributes as Attributes;
  else if (attributes !== undefined) warnOnce('withGenAIContext: "attributes" must be an object; they are left out');
  return result;
}

/** What {@link withGenAIContext} set, innermost first. */
export function getGenAIContext(from: Context): GenAIContext | undefined {
  return from.getValue(GENAI_CONTEXT) as GenAIContext | undefined;
}

/** Writes the context of the application onto a recording. */
export function writeGenAIContext(
  values: GenAIContext,
  hashUserId: (userId: string) => string,
  into: Attributes,
): void {
  if (values.conversationId !== undefined) into['gen_ai.conversation.id'] = values.conversationId;
  if (values.sessionId !== undefined) into[attribute.sessionId] = values.sessionId;
  if (values.userId !== undefined) into[attribute.userId] = hashUserId(values.userId);
  if (values.tags && values.tags.length > 0) into[attribute.tags] = [...values.tags];
  if (values.attributes) Object.assign(into, values.attributes);
}

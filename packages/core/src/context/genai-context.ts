import {
  type Attributes,
  type AttributeValue,
  type Context,
  context,
  createContextKey,
  propagation,
} from '@opentelemetry/api';
import { attribute } from '../convention/attribute-table.ts';

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
export function withGenAIContext<T>(values: GenAIContext, fn: () => T, options: GenAIContextOptions = {}): T {
  let active = context.active();
  const outer = getGenAIContext(active);
  const merged: GenAIContext = {
    ...outer,
    ...values,
    tags: [...new Set([...(outer?.tags ?? []), ...(values.tags ?? [])])],
    attributes: { ...outer?.attributes, ...values.attributes },
  };
  active = active.setValue(GENAI_CONTEXT, merged);
  if (options.baggage) {
    let baggage = propagation.getBaggage(active) ?? propagation.createBaggage();
    for (const [field, key] of baggageKeys) {
      const value = values[field];
      if (typeof value === 'string') baggage = baggage.setEntry(key, { value });
    }
    active = propagation.setBaggage(active, baggage);
  }
  return context.with(active, fn);
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
  const write = (name: string, value: AttributeValue | undefined) => {
    if (value !== undefined) into[name] = value;
  };
  write('gen_ai.conversation.id', nonEmptyString(values.conversationId));
  write(attribute.sessionId, nonEmptyString(values.sessionId));
  const userId = nonEmptyString(values.userId);
  write(attribute.userId, userId === undefined ? undefined : hashUserId(userId));
  if (values.tags && values.tags.length > 0) write(attribute.tags, [...values.tags]);
  if (values.attributes) Object.assign(into, values.attributes);
}

const nonEmptyString = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

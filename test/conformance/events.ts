import { checkAttributes } from './attributes.ts';
import { carriesMessages, checkContent } from './content.ts';
import { type CheckContext, isConventionName, isJudged, isSet } from './context.ts';
import { type AttributeUses, type SpanFact, usesFor } from './model.ts';
import { isCompleted } from './spans.ts';
import type { AttributeBag, RecordedLog, RecordedSpan } from './types.ts';

const DETAILS = 'gen_ai.client.inference.operation.details';
const EXCEPTION = 'gen_ai.client.operation.exception';

/** All rules of the signal `event`, those that compare an event with its span included. */
export function checkEvents(context: CheckContext): void {
  const details = new Map<string, RecordedLog>();
  for (const log of context.recorded.logs) {
    const names = [log.eventName ?? '', ...Object.keys(log.attributes)];
    if (!isJudged(context, log.instrumentationScope, names)) continue;
    checkEvent(context, log);
    if (log.eventName === DETAILS && log.spanContext) details.set(log.spanContext.spanId, log);
  }
  for (const span of context.recorded.spans) checkDetails(context, span, details.get(span.spanContext().spanId));
}

function checkEvent(context: CheckContext, log: RecordedLog): void {
  const name = log.eventName ?? '(no event name)';
  const violate = (rule: string, detail: string, attribute?: string) =>
    context.report({ rule, signal: 'event', name, detail, ...(attribute === undefined ? {} : { attribute }) });
  if (context.model.deprecatedEvents.includes(name)) {
    violate('deprecated_event', `replacement: ${DETAILS}`);
    return;
  }
  const fact = context.model.events[name];
  if (!fact) {
    if (name.startsWith(context.ownPrefix)) checkAttributes(context, 'event', name, log.attributes);
    else violate('unknown_event', 'neither in the convention nor of the own prefix');
    return;
  }
  checkAttributes(context, 'event', name, log.attributes);
  checkContent(context, 'event', name, log.attributes);
  if (log.body !== undefined) violate('event_body', 'the convention has no body');
  if (fact.severity !== undefined && log.severityNumber !== fact.severity) {
    violate('event_severity', `${log.severityNumber}, expected ${fact.severity}`);
  }
  const uses = eventUses(context, name, fact.attributes, log.attributes);
  for (const attribute of Object.keys(log.attributes)) {
    const known =
      attribute in context.model.attributes && context.model.attributes[attribute]?.deprecated === undefined;
    if (isConventionName(attribute) && known && !(attribute in uses)) {
      if (!context.options.extraAttributes?.includes(attribute)) {
        violate('event_attribute', 'not among the attributes of this event', attribute);
      }
    }
  }
  for (const [attribute, use] of Object.entries(fact.attributes)) {
    if (isSet(log.attributes, attribute)) continue;
    if (use.level === 'required') violate('missing_required', `required on ${name}`, attribute);
    else if (use.when === 'server_address' && isSet(log.attributes, 'server.address')) {
      if (!String(log.attributes['server.address']).startsWith('/')) {
        violate('server_port_missing', 'server.address is set', attribute);
      }
    }
  }
  if (name === EXCEPTION && !isSet(log.attributes, 'exception.type') && !isSet(log.attributes, 'exception.message')) {
    violate('exception_unnamed', 'one of exception.type and exception.message is required');
  }
  if (name === DETAILS && !log.spanContext && context.recorded.spans.length > 0) {
    violate('event_span_mismatch', 'emitted outside the context of its span');
  }
}

/** The event's own set, the provider's, and for exceptions what the convention lets copy from the span. */
function eventUses(context: CheckContext, name: string, own: AttributeUses, attributes: AttributeBag): AttributeUses {
  if (name !== DETAILS && name !== EXCEPTION) return own;
  const span = context.model.spans[context.model.inferenceSpan] as SpanFact;
  const provider = attributes['gen_ai.provider.name'];
  const ofProvider = typeof provider === 'string' ? span.providers?.[provider] : undefined;
  return name === DETAILS ? { ...own, ...ofProvider } : { ...usesFor(span, provider), ...own };
}

/** Rules `event_span_mismatch` and `content_missing`. */
function checkDetails(context: CheckContext, span: RecordedSpan, event: RecordedLog | undefined): void {
  const operations = context.model.spans[context.model.inferenceSpan]?.operations ?? [];
  const isInference = operations.includes(String(span.attributes['gen_ai.operation.name']));
  if (event) {
    const mismatch = (detail: string, attribute?: string) =>
      context.report({
        rule: 'event_span_mismatch',
        signal: 'event',
        name: DETAILS,
        detail,
        ...(attribute === undefined ? {} : { attribute }),
      });
    if (!isInference) mismatch(`its span is "${span.name}"`);
    else {
      for (const [attribute, detail] of differences(span.attributes, event.attributes)) {
        if (context.model.attributes[attribute]?.deprecated === undefined) mismatch(detail, attribute);
      }
    }
  }
  if (context.options.contentCaptured !== true || !isInference || !isCompleted(context, span)) return;
  if (!carriesMessages(span.attributes, event?.attributes ?? {})) {
    const detail = 'content capture is on, yet span and event lack the messages';
    context.report({ rule: 'content_missing', signal: 'span', name: span.name, detail });
  }
}

/** Usage has to be on both or on neither; other attributes have to agree where both have them. */
function* differences(span: AttributeBag, event: AttributeBag): Generator<[attribute: string, detail: string]> {
  for (const attribute of new Set([...Object.keys(span), ...Object.keys(event)])) {
    const both = isSet(span, attribute) && isSet(event, attribute);
    if (both ? canonical(span[attribute]) === canonical(event[attribute]) : !attribute.startsWith('gen_ai.usage.')) {
      continue;
    }
    yield [attribute, `span ${JSON.stringify(span[attribute])}, event ${JSON.stringify(event[attribute])}`];
  }
}

/** Content is a JSON string on the span and structured on the event, with keys in any order. */
function canonical(value: unknown): string {
  let structured = value;
  if (typeof value === 'string' && /^[[{]/.test(value)) {
    try {
      structured = JSON.parse(value);
    } catch {
      // A plain text that looks like JSON is compared as it is.
    }
  }
  return JSON.stringify(structured, (_, nested: unknown) =>
    nested !== null && typeof nested === 'object' && !Array.isArray(nested)
      ? Object.fromEntries(Object.entries(nested).sort(([left], [right]) => (left < right ? -1 : 1)))
      : nested,
  );
}

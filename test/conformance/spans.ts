import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { checkAttributes } from './attributes.ts';
import { checkContent } from './content.ts';
import { type CheckContext, isJudged, isSet } from './context.ts';
import { type AttributeUse, type Condition, type SpanFact, usesFor } from './model.ts';
import type { AttributeBag, RecordedSpan } from './types.ts';

const KIND_NAMES = new Map(Object.entries(SpanKind).map(([name, kind]) => [kind, name]));

/** Recommended without a condition, yet absent by right unless the request or the response has them. */
const NOT_ALWAYS_KNOWN = new Set([
  'aws.bedrock.knowledge_base.id',
  'gen_ai.request.frequency_penalty',
  'gen_ai.request.max_tokens',
  'gen_ai.request.presence_penalty',
  'gen_ai.request.stop_sequences',
  'gen_ai.request.temperature',
  'gen_ai.request.top_p',
  'gen_ai.tool.description',
  'gen_ai.usage.cache_creation.input_tokens',
  'gen_ai.usage.cache_read.input_tokens',
  'gen_ai.usage.cache_write.input_tokens',
  'openai.response.system_fingerprint',
]);

/** As above, but the convention's own policy does expect them: scenarios with every option set carry them. */
const ONLY_WITH_EVERY_OPTION = new Set([
  'gen_ai.request.encoding_formats',
  'gen_ai.request.top_k',
  'gen_ai.retrieval.top_k',
]);

/** In-process stores and models have no server. */
const SERVERLESS_SPANS = new Set(['gen_ai.retrieval.client', 'gen_ai.memory.client']);

/** Namespaces that belong to a value of `gen_ai.provider.name`. */
const PROVIDER_NAMESPACES: Readonly<Record<string, readonly string[]>> = {
  'openai.': ['openai', 'azure.ai.openai'],
  'aws.bedrock.': ['aws.bedrock'],
};

const SUBSET_USAGE: Readonly<Record<string, string>> = {
  'gen_ai.usage.cache_read.input_tokens': 'gen_ai.usage.input_tokens',
  'gen_ai.usage.cache_creation.input_tokens': 'gen_ai.usage.input_tokens',
  'gen_ai.usage.cache_write.input_tokens': 'gen_ai.usage.input_tokens',
  'gen_ai.usage.reasoning.output_tokens': 'gen_ai.usage.output_tokens',
};

const RESOURCE_METHODS = new Set([
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'notifications/resources/updated',
]);

/** All rules of the signal `span`. */
export function checkSpans(context: CheckContext): void {
  for (const span of context.recorded.spans) {
    if (isJudged(context, span.instrumentationScope, Object.keys(span.attributes))) checkSpan(context, span);
  }
}

/** Whether an operation ran to its end: neither failed, nor cancelled, nor cut off. */
export function isCompleted(context: CheckContext, span: RecordedSpan): boolean {
  const { attributes, status } = span;
  const finishReasons = attributes['gen_ai.response.finish_reasons'];
  return !(
    status.code === SpanStatusCode.ERROR ||
    isSet(attributes, 'error.type') ||
    attributes[`${context.ownPrefix}operation.cancelled`] === true ||
    (Array.isArray(finishReasons) && finishReasons.includes('error')) ||
    context.options.isIncomplete?.(span) === true
  );
}

function checkSpan(context: CheckContext, span: RecordedSpan): void {
  const { name, attributes } = span;
  const violate = (rule: string, detail: string, attribute?: string) =>
    context.report({ rule, signal: 'span', name, detail, ...(attribute === undefined ? {} : { attribute }) });

  checkAttributes(context, 'span', name, attributes);
  checkContent(context, 'span', name, attributes);
  checkStatus(span, violate);
  checkValues(attributes, violate);

  const type = spanType(context, span, violate);
  if (type === undefined) return;
  const fact = context.model.spans[type] as SpanFact;
  const kind = KIND_NAMES.get(span.kind) ?? String(span.kind);
  if (!(fact.kinds as readonly string[]).includes(kind)) {
    violate('span_kind', `${kind}, expected ${fact.kinds.join(' or ')}`);
  }
  const expectedName = formatName(fact.names, attributes);
  if (name !== expectedName) violate('span_name', `expected "${expectedName}"`);
  const uses = usesFor(fact, attributes['gen_ai.provider.name']);
  for (const [attribute, use] of Object.entries(uses)) {
    checkPresence(context, span, type, attribute, use, violate);
  }
}

type Violate = (rule: string, detail: string, attribute?: string) => void;

function checkStatus(span: RecordedSpan, violate: Violate): void {
  const failed = span.status.code === SpanStatusCode.ERROR;
  const hasErrorType = isSet(span.attributes, 'error.type');
  if (span.status.code === SpanStatusCode.OK) violate('span_status_ok', 'an instrumentation never sets OK');
  if (failed && !hasErrorType) violate('error_type_missing', 'the status is ERROR', 'error.type');
  if (!failed && hasErrorType) violate('error_type_without_error', 'the status is not ERROR', 'error.type');
}

function checkValues(attributes: AttributeBag, violate: Violate): void {
  if (attributes['gen_ai.request.stream'] === false) {
    violate('stream_false', 'true or unset', 'gen_ai.request.stream');
  }
  if (attributes['gen_ai.request.choice.count'] === 1) {
    violate('choice_count_one', 'unset when it is 1', 'gen_ai.request.choice.count');
  }
  if (attributes['gen_ai.conversation.compacted'] === false) {
    violate('compacted_false', 'true or unset', 'gen_ai.conversation.compacted');
  }
  if (attributes['openai.request.service_tier'] === 'auto') {
    violate('service_tier_auto', 'unset when it is auto', 'openai.request.service_tier');
  }
  for (const [part, total] of Object.entries(SUBSET_USAGE)) {
    if (Number(attributes[part] ?? 0) > Number(attributes[total] ?? Number.POSITIVE_INFINITY)) {
      violate('usage_subset', `more than ${total}`, part);
    }
  }
  const provider = attributes['gen_ai.provider.name'];
  if (provider === undefined) return;
  for (const [namespace, providers] of Object.entries(PROVIDER_NAMESPACES)) {
    for (const attribute of Object.keys(attributes)) {
      if (attribute.startsWith(namespace) && !providers.includes(String(provider))) {
        violate('provider_attribute', `the provider is ${provider}`, attribute);
      }
    }
  }
}

/** Which span of the convention this is; reports an unknown operation. */
function spanType(context: CheckContext, span: RecordedSpan, violate: Violate): string | undefined {
  const operation = span.attributes['gen_ai.operation.name'];
  if (isSet(span.attributes, 'mcp.method.name')) {
    if (span.kind === SpanKind.CLIENT) return 'mcp.client';
    if (span.kind === SpanKind.SERVER) return 'mcp.server';
    // The attributes of an MCP call may stand on the span of the tool that makes it.
    if (operation === undefined) return 'mcp.client';
  }
  // Spans of other conventions (a database call) have no GenAI operation.
  if (operation === undefined && isSet(span.attributes, 'db.system.name')) return undefined;
  if (operation === undefined) {
    violate('missing_required', 'neither an operation nor an MCP method', 'gen_ai.operation.name');
    return undefined;
  }
  const types = Object.entries(context.model.spans).filter(([, fact]) => fact.operations.includes(String(operation)));
  if (types.length === 0) {
    if (!context.options.extraOperations?.includes(String(operation))) {
      violate('operation_unknown', String(operation), 'gen_ai.operation.name');
    }
    return undefined;
  }
  const kind = KIND_NAMES.get(span.kind);
  const ofKind = types.find(([, fact]) => (fact.kinds as readonly (string | undefined)[]).includes(kind));
  return (ofKind ?? types[0])?.[0];
}

/** The first format whose attributes are all set, filled in. */
function formatName(formats: readonly string[], attributes: AttributeBag): string {
  for (const format of formats) {
    let complete = true;
    const name = format.replaceAll(/\{([^}]+)\}/g, (_, attribute: string) => {
      if (!isSet(attributes, attribute)) complete = false;
      return String(attributes[attribute]);
    });
    if (complete) return name;
  }
  return formats.at(-1) ?? '';
}

/** Rules `missing_*`, `server_port_missing` and `sampling_attribute_late`. */
function checkPresence(
  context: CheckContext,
  span: RecordedSpan,
  type: string,
  attribute: string,
  use: AttributeUse,
  violate: Violate,
): void {
  const { attributes } = span;
  if (isSet(attributes, attribute)) {
    const atCreation = context.recorded.creationAttributes?.get(span.spanContext().spanId);
    if (use.sampling && atCreation && !isSet(atCreation, attribute)) {
      violate('sampling_attribute_late', 'not given at span creation', attribute);
    }
    return;
  }
  if (use.level === 'opt_in') return;
  if (use.level === 'required') {
    violate('missing_required', `required on ${type}`, attribute);
  } else if (use.when !== undefined) {
    checkCondition(context, span, attribute, use.when, violate);
  } else if (use.level === 'recommended' && isExpected(context, span, type, attribute, use)) {
    violate('missing_recommended', `expected on a completed ${type}`, attribute);
  }
}

/** Judges the conditions that the span itself decides. */
function checkCondition(
  context: CheckContext,
  span: RecordedSpan,
  attribute: string,
  when: Condition,
  violate: Violate,
): void {
  const { attributes } = span;
  const method = String(attributes['mcp.method.name'] ?? '');
  const address = attributes['server.address'];
  const missing = () => violate('missing_conditional', `condition: ${when}`, attribute);
  switch (when) {
    case 'server_address':
      // The address of a Unix domain socket is a path and has no port.
      if (typeof address === 'string' && !address.startsWith('/')) {
        violate('server_port_missing', 'server.address is set', attribute);
      }
      break;
    case 'streaming':
      if (attribute === 'gen_ai.request.stream') {
        if (isSet(attributes, 'gen_ai.response.time_to_first_chunk')) missing();
      } else if (attributes['gen_ai.request.stream'] === true && isCompleted(context, span)) missing();
      break;
    case 'tool_method':
      if (method === 'tools/call') missing();
      break;
    case 'prompt_method':
      if (method === 'prompts/get') missing();
      break;
    case 'resource_method':
      if (RESOURCE_METHODS.has(method)) missing();
      break;
    case 'request_method':
      if (!method.startsWith('notifications/')) missing();
      break;
  }
}

function isExpected(
  context: CheckContext,
  span: RecordedSpan,
  type: string,
  attribute: string,
  use: AttributeUse,
): boolean {
  // Telemetry may keep to the names of the release.
  if (use.later && !context.options.everyOptionSet) return false;
  if (type.startsWith('mcp.') || NOT_ALWAYS_KNOWN.has(attribute)) return false;
  if (ONLY_WITH_EVERY_OPTION.has(attribute) && !context.options.everyOptionSet) return false;
  if (attribute === 'server.address' && !context.options.everyOptionSet) {
    if (SERVERLESS_SPANS.has(type) || span.kind === SpanKind.INTERNAL) return false;
  }
  const status = span.attributes['gen_ai.response.status'];
  if (attribute === 'gen_ai.response.finish_reasons' && (status === 'queued' || status === 'in_progress')) return false;
  return isCompleted(context, span);
}

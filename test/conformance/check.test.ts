import {
  type AnyValue,
  type Attributes,
  context,
  SpanKind,
  SpanStatusCode,
  trace,
  ValueType,
} from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';
import { checkConformance } from './check.ts';
import { loadModel } from './model.ts';
import { recordInMemory } from './record.ts';
import type { ConformanceOptions } from './types.ts';

interface Scope {
  name: string;
  version: string | undefined;
  schemaUrl: string | undefined;
}

interface SpanPlan {
  name: string;
  kind: SpanKind;
  creation: Attributes;
  end: Attributes;
  status: SpanStatusCode;
}

interface MetricPlan {
  name: string;
  instrument: 'histogram' | 'counter' | 'upDownCounter';
  unit: string;
  valueType: ValueType;
  boundaries: number[];
  value: number;
  attributes: Attributes;
}

interface EventPlan {
  name: string;
  severity: number | undefined;
  body: string | undefined;
  attributes: Record<string, AnyValue>;
  inSpan: boolean;
}

/** What an instrumentation does for one call, as data that a test can spoil. */
interface Plan {
  tracerScope: Scope;
  meterScope: Scope;
  loggerScope: Scope;
  span: SpanPlan;
  metrics: MetricPlan[];
  events: EventPlan[];
}

type Convention = ConformanceOptions['convention'];

const input = [{ role: 'user', parts: [{ type: 'text', content: 'Is it raining?' }] }];
const output = [{ role: 'assistant', parts: [{ type: 'text', content: 'No.' }], finish_reason: 'stop' }];
const usage = { 'gen_ai.usage.input_tokens': 12, 'gen_ai.usage.output_tokens': 3 };

function chatPlan(convention: Convention): Plan {
  const { metrics, schemaUrl } = loadModel(convention);
  const scope = () => ({ name: '@genai-otel/instrumentation-openai', version: '1.0.0', schemaUrl });
  const creation: Attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-5-mini',
    'server.address': 'api.openai.com',
    'server.port': 443,
  };
  const end: Attributes = {
    'openai.api.type': 'chat_completions',
    'gen_ai.request.temperature': 0,
    'gen_ai.request.stop_sequences': ['END'],
    'gen_ai.request.stream': true,
    'gen_ai.response.time_to_first_chunk': 0.25,
    'gen_ai.response.id': 'chatcmpl-1',
    'gen_ai.response.model': 'gpt-5-mini-2025-08-07',
    'gen_ai.response.finish_reasons': ['stop'],
    'genai_otel.cost.total': 0.00001,
    ...usage,
  };
  const shared = { ...creation, 'gen_ai.response.model': 'gpt-5-mini-2025-08-07' };
  const metric = (name: string, value: number, attributes: Attributes = {}): MetricPlan => {
    const fact = metrics[name];
    if (!fact) throw new Error(`no metric ${name} in ${convention}`);
    return {
      name,
      instrument: fact.instrument,
      unit: fact.unit,
      valueType: fact.value === 'int' ? ValueType.INT : ValueType.DOUBLE,
      boundaries: [...(fact.boundaries ?? [])],
      value,
      attributes: { ...shared, ...attributes },
    };
  };
  return {
    tracerScope: scope(),
    meterScope: scope(),
    loggerScope: scope(),
    span: {
      name: 'chat gpt-5-mini',
      kind: SpanKind.CLIENT,
      creation,
      end: {
        ...end,
        'gen_ai.input.messages': JSON.stringify(input),
        'gen_ai.output.messages': JSON.stringify(output),
      },
      status: SpanStatusCode.UNSET,
    },
    metrics:
      convention === 'latest'
        ? [
            metric('gen_ai.client.inference.duration', 0.5),
            metric('gen_ai.client.inference.usage.input_tokens', 12, { 'gen_ai.token.modality': 'text' }),
            metric('gen_ai.client.inference.operation.input_tokens', 12),
          ]
        : [
            metric('gen_ai.client.operation.duration', 0.5),
            metric('gen_ai.client.token.usage', 12, { 'gen_ai.token.type': 'input' }),
          ],
    events: [
      {
        name: 'gen_ai.client.inference.operation.details',
        severity: convention === 'latest' ? 5 : undefined,
        body: undefined,
        attributes: {
          ...(creation as Record<string, AnyValue>),
          ...(end as Record<string, AnyValue>),
          'gen_ai.input.messages': structuredClone(input) as AnyValue,
          'gen_ai.output.messages': structuredClone(output) as AnyValue,
        },
        inSpan: true,
      },
    ],
  };
}

/** Carries the plan out on the real SDK and judges what it recorded. */
async function judge(plan: Plan, options: ConformanceOptions) {
  const recorder = recordInMemory();
  const { tracerScope, meterScope, loggerScope, span: spanPlan } = plan;
  const span = recorder.tracerProvider
    .getTracer(tracerScope.name, tracerScope.version, withSchema(tracerScope))
    .startSpan(spanPlan.name, { kind: spanPlan.kind, attributes: spanPlan.creation });
  span.setAttributes(spanPlan.end);
  if (spanPlan.status !== SpanStatusCode.UNSET) span.setStatus({ code: spanPlan.status });
  const logger = recorder.loggerProvider.getLogger(loggerScope.name, loggerScope.version, withSchema(loggerScope));
  for (const { name, severity, body, attributes, inSpan } of plan.events) {
    logger.emit({
      eventName: name,
      attributes,
      context: inSpan ? trace.setSpan(context.active(), span) : context.active(),
      ...(severity === undefined ? {} : { severityNumber: severity }),
      ...(body === undefined ? {} : { body }),
    });
  }
  span.end();
  const meter = recorder.meterProvider.getMeter(meterScope.name, meterScope.version, withSchema(meterScope));
  for (const { name, instrument, unit, valueType, boundaries, value, attributes } of plan.metrics) {
    const options = { unit, valueType };
    if (instrument === 'histogram') {
      const advice = { explicitBucketBoundaries: boundaries };
      meter.createHistogram(name, { ...options, advice }).record(value, attributes);
    } else if (instrument === 'counter') meter.createCounter(name, options).add(value, attributes);
    else meter.createUpDownCounter(name, options).add(value, attributes);
  }
  const violations = checkConformance(await recorder.collect(), options);
  await recorder.shutdown();
  return violations;
}

function withSchema({ schemaUrl }: Scope): { schemaUrl?: string } {
  return schemaUrl === undefined ? {} : { schemaUrl };
}

/** `rule signal attribute`, for comparison with a table. */
async function broken(plan: Plan, options: ConformanceOptions): Promise<string[]> {
  const violations = await judge(plan, options);
  return violations.map(({ rule, signal, attribute }) => [rule, signal, attribute].filter(Boolean).join(' '));
}

type Mutation = (plan: Plan) => void;

function first<T>(list: T[]): T {
  const [item] = list;
  if (item === undefined) throw new Error('empty');
  return item;
}

const onSpan =
  (attributes: Attributes): Mutation =>
  ({ span }) => {
    Object.assign(span.end, attributes);
    for (const name of Object.keys(attributes)) delete span.creation[name];
  };
/** On span and event, which have to agree. */
const onBoth =
  (attributes: Attributes): Mutation =>
  ({ span, events }) => {
    for (const [name, value] of Object.entries(attributes)) {
      if (name in span.creation) span.creation[name] = value;
      else span.end[name] = value;
      for (const event of events) event.attributes[name] = value as AnyValue;
    }
  };
const without =
  (...names: string[]): Mutation =>
  ({ span, events }) => {
    for (const name of names) {
      delete span.creation[name];
      delete span.end[name];
      for (const event of events) delete event.attributes[name];
    }
  };
const onMetric =
  (change: Partial<MetricPlan>): Mutation =>
  ({ metrics }) => {
    Object.assign(first(metrics), change);
  };
const onPoint =
  (attributes: Attributes): Mutation =>
  ({ metrics }) => {
    Object.assign(first(metrics).attributes, attributes);
  };
const onEvent =
  (change: Partial<EventPlan>): Mutation =>
  ({ events }) => {
    Object.assign(first(events), change);
  };
const inEvent =
  (attributes: Record<string, AnyValue>): Mutation =>
  ({ events }) => {
    Object.assign(first(events).attributes, attributes);
  };
const withoutEvents: Mutation = (plan) => {
  plan.events = [];
};
const all =
  (...mutations: Mutation[]): Mutation =>
  (plan) => {
    for (const mutate of mutations) mutate(plan);
  };
const messages = (part: Record<string, unknown>, role = 'user') => JSON.stringify([{ role, parts: [part] }]);

/** Another operation in place of the chat, without metrics and events. */
const operation =
  (span: Partial<SpanPlan> & { creation: Attributes }): Mutation =>
  (plan) => {
    plan.span = { name: '', kind: SpanKind.CLIENT, end: {}, status: SpanStatusCode.UNSET, ...span };
    plan.metrics = [];
    plan.events = [];
  };

const agent = { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'Scout' };
const agentEnd = { 'gen_ai.response.finish_reasons': ['stop'], ...usage };
const tool = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'get_weather' };
const mcpCall = { 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': 'get_weather', 'jsonrpc.request.id': '1' };
const exceptionEvent = (change: Partial<EventPlan> = {}): EventPlan => ({
  name: 'gen_ai.client.operation.exception',
  severity: 13,
  body: undefined,
  attributes: { 'exception.type': 'APIError', 'exception.message': 'overloaded' },
  inSpan: true,
  ...change,
});

describe.each(['1.41.0', 'latest'] as const)('convention %s', (convention) => {
  test('a conforming streamed chat has no violation, with content capture on', async () => {
    expect(await judge(chatPlan(convention), { convention, contentCaptured: true })).toEqual([]);
  });

  test.each<[promise: string, mutate: Mutation]>([
    [
      'a failed call needs no response attributes',
      all(
        without('gen_ai.response.id', 'gen_ai.response.model', 'gen_ai.response.finish_reasons', ...Object.keys(usage)),
        without('gen_ai.response.time_to_first_chunk', 'gen_ai.output.messages'),
        onBoth({ 'error.type': 'rate_limit_exceeded' }),
        ({ span, events }) => {
          span.status = SpanStatusCode.ERROR;
          events.push(exceptionEvent());
        },
      ),
    ],
    [
      'a cancelled call needs no response attributes',
      all(
        without('gen_ai.response.finish_reasons', ...Object.keys(usage)),
        onBoth({ 'genai_otel.operation.cancelled': true }),
      ),
    ],
    [
      'choices that never came excuse the usage',
      all(without(...Object.keys(usage)), onBoth({ 'gen_ai.response.finish_reasons': ['error'] })),
    ],
    [
      'an in-process agent',
      operation({ name: 'invoke_agent Scout', kind: SpanKind.INTERNAL, creation: agent, end: agentEnd }),
    ],
    [
      'a remote agent without a name',
      operation({
        name: 'invoke_agent',
        creation: {
          'gen_ai.operation.name': 'invoke_agent',
          'gen_ai.provider.name': 'openai',
          'server.address': '/run/agent.sock',
        },
        end: agentEnd,
      }),
    ],
    [
      'a tool with arguments and a textual result as JSON',
      operation({
        name: 'execute_tool get_weather',
        kind: SpanKind.INTERNAL,
        creation: tool,
        end: { 'gen_ai.tool.call.arguments': '{"city":"Oslo"}', 'gen_ai.tool.call.result': '"rain"' },
      }),
    ],
    ['an MCP tool call', operation({ name: 'tools/call get_weather', creation: mcpCall })],
    [
      'a fetched response, which carries no usage',
      operation({
        name: 'fetch_response',
        creation: {
          'gen_ai.operation.name': 'fetch_response',
          'gen_ai.provider.name': 'anthropic',
          'server.address': 'api.example.test',
          'server.port': 443,
        },
        end: { 'gen_ai.response.id': 'r1', 'gen_ai.response.model': 'm1', 'gen_ai.response.status': 'queued' },
      }),
    ],
    [
      'a database span beside the GenAI ones',
      operation({ name: 'query documents', creation: { 'db.system.name': 'chroma', 'db.operation.name': 'query' } }),
    ],
    [
      'an HTTP span and a metric of another instrumentation',
      (plan) => {
        operation({ name: 'GET', creation: { 'http.anything': 1 } })(plan);
        plan.tracerScope = { name: 'http', version: undefined, schemaUrl: undefined };
      },
    ],
    [
      'prompt variables, one attribute each',
      onBoth({ 'gen_ai.prompt.name': 'greeting', 'gen_ai.prompt.variable.city': 'Oslo' }),
    ],
    [
      'a metric and an event of the project itself',
      ({ metrics, events }) => {
        Object.assign(first(metrics), { name: 'genai_otel.cost', unit: '{USD}', boundaries: [1] });
        events.push({ ...exceptionEvent(), name: 'genai_otel.note', attributes: { 'genai_otel.text': 'x' } });
      },
    ],
  ])('passes: %s', async (_promise, mutate) => {
    const plan = chatPlan(convention);
    mutate(plan);
    expect(await judge(plan, { convention })).toEqual([]);
  });

  test.each<[violation: string, mutate: Mutation, options?: Partial<ConformanceOptions>]>([
    [
      'scope_version span',
      ({ tracerScope }) => {
        tracerScope.version = undefined;
      },
    ],
    [
      'scope_version metric',
      ({ meterScope }) => {
        meterScope.version = undefined;
      },
    ],
    [
      'scope_version event',
      ({ loggerScope }) => {
        loggerScope.version = undefined;
      },
    ],
    [
      'scope_schema_url span',
      ({ tracerScope }) => {
        tracerScope.schemaUrl = 'https://example.test/1.36.0';
      },
    ],
    [
      'scope_schema_url metric',
      ({ meterScope }) => {
        meterScope.schemaUrl = undefined;
      },
    ],
    [
      'scope_schema_url event',
      ({ loggerScope }) => {
        loggerScope.schemaUrl = undefined;
      },
    ],

    ['unknown_attribute span gen_ai.request.mood', onSpan({ 'gen_ai.request.mood': 'good' })],
    ['unknown_attribute span my.attribute', onSpan({ 'my.attribute': 1 })],
    ['unknown_attribute span gen_ai.prompt.variable', onSpan({ 'gen_ai.prompt.variable': 'x' })],
    ['unknown_attribute metric my.attribute', onPoint({ 'my.attribute': 1 })],
    ['unknown_attribute event my.attribute', inEvent({ 'my.attribute': 1 })],
    ['deprecated_attribute span gen_ai.system', onSpan({ 'gen_ai.system': 'openai' })],
    ['deprecated_attribute span gen_ai.usage.prompt_tokens', onSpan({ 'gen_ai.usage.prompt_tokens': 1 })],
    ['deprecated_attribute metric gen_ai.system', onPoint({ 'gen_ai.system': 'openai' })],
    ['deprecated_attribute event gen_ai.system', inEvent({ 'gen_ai.system': 'openai' })],
    [
      'deprecated_value span gen_ai.provider.name',
      all(onBoth({ 'gen_ai.provider.name': 'xai' }), without('openai.api.type'), ({ events }) => {
        events.splice(0);
      }),
    ],
    ['attribute_type span gen_ai.request.max_tokens', onSpan({ 'gen_ai.request.max_tokens': 1.5 })],
    ['attribute_type span gen_ai.request.top_p', onSpan({ 'gen_ai.request.top_p': '0.5' })],
    ['attribute_type span gen_ai.request.encoding_formats', onSpan({ 'gen_ai.request.encoding_formats': 'float' })],
    ['attribute_type span gen_ai.conversation.compacted', onSpan({ 'gen_ai.conversation.compacted': 'true' })],
    ['attribute_type span gen_ai.conversation.id', onSpan({ 'gen_ai.conversation.id': 7 })],
    ['attribute_type metric server.port', onPoint({ 'server.port': '443' })],
    ['attribute_type event gen_ai.request.seed', inEvent({ 'gen_ai.request.seed': '7' })],
    ['enum_value span gen_ai.output.type', onSpan({ 'gen_ai.output.type': 'json_schema' })],
    ['enum_value span openai.api.type', all(withoutEvents, onSpan({ 'openai.api.type': 'completions' }))],

    [
      'missing_required span gen_ai.provider.name',
      ({ span }) => {
        delete span.creation['gen_ai.provider.name'];
      },
    ],
    [
      'missing_required span gen_ai.operation.name',
      all(({ span, events }) => {
        delete span.creation['gen_ai.operation.name'];
        events.splice(0);
      }),
    ],
    [
      'missing_required span gen_ai.request.model',
      ({ span }) => {
        delete span.creation['gen_ai.request.model'];
        span.name = 'chat';
      },
    ],
    [
      'missing_required span gen_ai.tool.name',
      operation({
        name: 'execute_tool',
        kind: SpanKind.INTERNAL,
        creation: { 'gen_ai.operation.name': 'execute_tool' },
      }),
    ],
    [
      'missing_required metric gen_ai.operation.name',
      ({ metrics }) => {
        delete first(metrics).attributes['gen_ai.operation.name'];
      },
    ],
    [
      'missing_required event gen_ai.provider.name',
      ({ events }) => {
        delete first(events).attributes['gen_ai.provider.name'];
        delete first(events).attributes['openai.api.type'];
      },
    ],
    ['missing_recommended span gen_ai.response.id', without('gen_ai.response.id')],
    ['missing_recommended span gen_ai.response.model', without('gen_ai.response.model')],
    ['missing_recommended span gen_ai.response.finish_reasons', without('gen_ai.response.finish_reasons')],
    ['missing_recommended span gen_ai.usage.input_tokens', without('gen_ai.usage.input_tokens')],
    ['missing_recommended span gen_ai.usage.output_tokens', without('gen_ai.usage.output_tokens')],
    ['missing_recommended span server.address', without('server.address', 'server.port')],
    ['missing_recommended span openai.api.type', without('openai.api.type')],
    [
      'missing_recommended span gen_ai.response.finish_reasons',
      operation({ name: 'invoke_agent Scout', kind: SpanKind.INTERNAL, creation: agent, end: usage }),
    ],
    ['missing_conditional span gen_ai.response.time_to_first_chunk', without('gen_ai.response.time_to_first_chunk')],
    ['missing_conditional span gen_ai.request.stream', without('gen_ai.request.stream')],
    [
      'missing_conditional span gen_ai.tool.name',
      operation({ name: 'tools/call', creation: { 'mcp.method.name': 'tools/call', 'jsonrpc.request.id': '1' } }),
    ],
    [
      'missing_conditional span gen_ai.prompt.name',
      operation({ name: 'prompts/get', creation: { 'mcp.method.name': 'prompts/get', 'jsonrpc.request.id': '1' } }),
    ],
    [
      'missing_conditional span mcp.resource.uri',
      operation({
        name: 'resources/read',
        creation: { 'mcp.method.name': 'resources/read', 'jsonrpc.request.id': '1' },
      }),
    ],
    [
      'missing_conditional span jsonrpc.request.id',
      operation({ name: 'ping', kind: SpanKind.SERVER, creation: { 'mcp.method.name': 'ping' } }),
    ],
    [
      'server_port_missing span server.port',
      ({ span }) => {
        delete span.creation['server.port'];
      },
    ],
    [
      'server_port_missing metric server.port',
      ({ metrics }) => {
        delete first(metrics).attributes['server.port'];
      },
    ],
    [
      'server_port_missing event server.port',
      ({ events }) => {
        delete first(events).attributes['server.port'];
      },
    ],
    [
      'sampling_attribute_late span server.address',
      ({ span }) => {
        delete span.creation['server.address'];
        span.end['server.address'] = 'api.openai.com';
      },
    ],

    [
      'error_type_missing span error.type',
      ({ span }) => {
        span.status = SpanStatusCode.ERROR;
      },
    ],
    ['error_type_without_error span error.type', onSpan({ 'error.type': 'timeout' })],
    [
      'span_status_ok span',
      ({ span }) => {
        span.status = SpanStatusCode.OK;
      },
    ],
    ['stream_false span gen_ai.request.stream', all(onBoth({ 'gen_ai.request.stream': false }))],
    ['choice_count_one span gen_ai.request.choice.count', onSpan({ 'gen_ai.request.choice.count': 1 })],
    ['compacted_false span gen_ai.conversation.compacted', onSpan({ 'gen_ai.conversation.compacted': false })],
    ['service_tier_auto span openai.request.service_tier', onSpan({ 'openai.request.service_tier': 'auto' })],
    ['usage_subset span gen_ai.usage.reasoning.output_tokens', onBoth({ 'gen_ai.usage.reasoning.output_tokens': 4 })],
    ['usage_subset span gen_ai.usage.cache_read.input_tokens', onBoth({ 'gen_ai.usage.cache_read.input_tokens': 13 })],
    [
      'provider_attribute span openai.api.type',
      all(onBoth({ 'gen_ai.provider.name': 'anthropic' }), ({ events }) => {
        delete first(events).attributes['openai.api.type'];
      }),
    ],
    [
      'operation_unknown span gen_ai.operation.name',
      operation({ name: 'rerank m1', creation: { 'gen_ai.operation.name': 'rerank' } }),
    ],
    [
      'span_name span',
      ({ span }) => {
        span.name = 'openai.chat';
      },
    ],
    ['span_name span', operation({ name: 'execute_tool', kind: SpanKind.INTERNAL, creation: tool })],
    ['span_name span', operation({ name: 'tools/call', creation: mcpCall })],
    [
      'span_kind span',
      ({ span }) => {
        span.kind = SpanKind.SERVER;
      },
    ],
    ['span_kind span', operation({ name: 'execute_tool get_weather', kind: SpanKind.CLIENT, creation: tool })],

    [
      'content_not_json span gen_ai.input.messages',
      all(withoutEvents, onSpan({ 'gen_ai.input.messages': 'Is it raining?' })),
    ],
    [
      'content_not_json span gen_ai.tool.call.result',
      operation({
        name: 'execute_tool get_weather',
        kind: SpanKind.INTERNAL,
        creation: tool,
        end: { 'gen_ai.tool.call.result': 'rain' },
      }),
    ],
    ['content_not_structured event gen_ai.input.messages', inEvent({ 'gen_ai.input.messages': JSON.stringify(input) })],
    [
      'content_schema span gen_ai.system_instructions',
      onSpan({ 'gen_ai.system_instructions': '{"role":"system"}' }),
      {},
    ],
    ['content_schema span gen_ai.tool.definitions', onSpan({ 'gen_ai.tool.definitions': '[{"type":"function"}]' })],
    ['content_schema span gen_ai.retrieval.documents', onSpan({ 'gen_ai.retrieval.documents': '{}' })],
    ['content_missing span', without('gen_ai.output.messages'), { contentCaptured: true }],

    ['unknown_metric metric', onMetric({ name: 'gen_ai.client.cost' })],
    ['metric_instrument metric', onMetric({ instrument: 'counter' })],
    ['metric_instrument metric', onMetric({ instrument: 'upDownCounter' })],
    ['metric_unit metric', onMetric({ unit: 'ms' })],
    ['metric_value_type metric', onMetric({ valueType: ValueType.INT, value: 1 })],
    ['metric_boundaries metric', onMetric({ boundaries: [0, 5, 10] })],
    ['metric_attribute metric gen_ai.request.temperature', onPoint({ 'gen_ai.request.temperature': 0 })],
    ['metric_attribute metric genai_otel.cost.total', onPoint({ 'genai_otel.cost.total': 1 })],
    ['metric_high_cardinality metric gen_ai.response.id', onPoint({ 'gen_ai.response.id': 'x' })],
    ['metric_high_cardinality metric gen_ai.conversation.id', onPoint({ 'gen_ai.conversation.id': 'x' })],
    ['metric_high_cardinality metric user.id', onPoint({ 'user.id': 'x' })],
    ['metric_high_cardinality metric user.id', all(onMetric({ name: 'genai_otel.cost' }), onPoint({ 'user.id': 'x' }))],

    [
      'unknown_event event',
      ({ events }) => {
        events.push({ ...exceptionEvent(), name: 'gen_ai.client.note' });
      },
    ],
    [
      'deprecated_event event',
      ({ events }) => {
        events.push({ ...exceptionEvent(), name: 'gen_ai.user.message' });
      },
    ],
    [
      'event_severity event',
      ({ events }) => {
        events.push(exceptionEvent({ severity: 17 }));
      },
    ],
    ['event_body event', onEvent({ body: 'text' })],
    ['event_attribute event gen_ai.tool.name', inEvent({ 'gen_ai.tool.name': 'x' })],
    [
      'exception_unnamed event',
      ({ events }) => {
        events.push(exceptionEvent({ attributes: {} }));
      },
    ],
    ['event_span_mismatch event gen_ai.usage.input_tokens', inEvent({ 'gen_ai.usage.input_tokens': 11 })],
    [
      'event_span_mismatch event gen_ai.usage.output_tokens',
      ({ events }) => {
        delete first(events).attributes['gen_ai.usage.output_tokens'];
      },
    ],
    ['event_span_mismatch event gen_ai.response.model', inEvent({ 'gen_ai.response.model': 'other' })],
    ['event_span_mismatch event', onEvent({ inSpan: false })],
  ])('finds exactly %s', async (violation, mutate, options = {}) => {
    const plan = chatPlan(convention);
    mutate(plan);
    expect(await broken(plan, { convention, ...options })).toEqual([violation]);
  });

  test.each<[fault: string, part: Record<string, unknown>]>([
    ['a text part without its text', { type: 'text' }],
    ['a tool call without a name', { type: 'tool_call', id: '1' }],
    ['a tool result under another key', { type: 'tool_call_response', id: '1', result: 'rain' }],
    ['a blob without a modality', { type: 'blob', content: 'AAAA' }],
    ['a data URL in a uri part', { type: 'uri', modality: 'image', uri: 'data:image/png;base64,AAAA' }],
    ['a part without a type', { content: 'hello' }],
  ])('finds %s', async (_fault, part) => {
    const plan = chatPlan(convention);
    plan.events = [];
    onSpan({ 'gen_ai.input.messages': messages(part) })(plan);
    expect(await broken(plan, { convention })).toEqual(['content_schema span gen_ai.input.messages']);
  });

  test('accepts a part of a type that the convention does not know', async () => {
    const plan = chatPlan(convention);
    plan.events = [];
    onSpan({ 'gen_ai.input.messages': messages({ type: 'hologram', data: 1 }) })(plan);
    expect(await broken(plan, { convention })).toEqual([]);
  });

  test('finds faulty structured messages on the event', async () => {
    const plan = chatPlan(convention);
    delete plan.span.end['gen_ai.input.messages'];
    inEvent({ 'gen_ai.input.messages': [{ role: 'user' }] })(plan);
    expect(await broken(plan, { convention })).toEqual(['content_schema event gen_ai.input.messages']);
  });

  test("finds a provider's own finish reason in the messages", async () => {
    const plan = chatPlan(convention);
    plan.events = [];
    onSpan({ 'gen_ai.output.messages': JSON.stringify([{ ...output[0], finish_reason: 'tool_calls' }]) })(plan);
    expect(await broken(plan, { convention })).toEqual(['finish_reason_spelling span gen_ai.output.messages']);
  });

  test('finds content on each signal when capture is off', async () => {
    expect(await broken(chatPlan(convention), { convention, contentCaptured: false })).toEqual([
      'content_unexpected span gen_ai.input.messages',
      'content_unexpected span gen_ai.output.messages',
      'content_unexpected event gen_ai.input.messages',
      'content_unexpected event gen_ai.output.messages',
    ]);
  });

  test('finds a details event in the context of a span that is no inference', async () => {
    const plan = chatPlan(convention);
    const { events } = plan;
    operation({ name: 'invoke_agent Scout', kind: SpanKind.INTERNAL, creation: agent, end: agentEnd })(plan);
    plan.events = events;
    expect(await broken(plan, { convention })).toEqual(['event_span_mismatch event']);
  });

  test('options let documented operations, application attributes and unfinished calls pass', async () => {
    const rerank = chatPlan(convention);
    operation({ name: 'rerank m1', creation: { 'gen_ai.operation.name': 'rerank' } })(rerank);
    expect(await broken(rerank, { convention, extraOperations: ['rerank'] })).toEqual([]);

    const tagged = chatPlan(convention);
    all(onBoth({ 'app.tenant': 'a' }), onPoint({ 'app.tenant': 'a' }))(tagged);
    expect(await broken(tagged, { convention, extraAttributes: ['app.tenant'] })).toEqual([]);

    const unfinished = chatPlan(convention);
    without('gen_ai.response.id', 'gen_ai.response.finish_reasons')(unfinished);
    expect(await broken(unfinished, { convention, isIncomplete: () => true })).toEqual([]);
  });

  test('with every option set, the attributes that mirror request options are expected', async () => {
    const embeddings = chatPlan(convention);
    operation({
      name: 'embeddings m1',
      creation: {
        'gen_ai.operation.name': 'embeddings',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'm1',
        'server.address': 'api.example.test',
        'server.port': 443,
      },
      end: {
        'gen_ai.embeddings.dimension.count': 8,
        'gen_ai.response.model': 'm1',
        'gen_ai.usage.input_tokens': 2,
      },
    })(embeddings);
    expect(await broken(embeddings, { convention })).toEqual([]);
    expect(await broken(embeddings, { convention, everyOptionSet: true })).toEqual([
      'missing_recommended span gen_ai.request.encoding_formats',
    ]);
  });
});

describe('what differs between the versions', () => {
  test('1.41.0 needs a finish reason in output messages, latest does not', async () => {
    const bare = JSON.stringify([{ role: 'assistant', parts: [] }]);
    for (const [convention, expected] of [
      ['1.41.0', ['content_schema span gen_ai.output.messages']],
      ['latest', []],
    ] as const) {
      const plan = chatPlan(convention);
      plan.events = [];
      onSpan({ 'gen_ai.output.messages': bare })(plan);
      expect(await broken(plan, { convention })).toEqual(expected);
    }
  });

  test('the cache attribute of one version is foreign to the other', async () => {
    const earlier = chatPlan('1.41.0');
    onSpan({ 'gen_ai.usage.cache_write.input_tokens': 1 })(earlier);
    earlier.events = [];
    expect(await broken(earlier, { convention: '1.41.0' })).toEqual([
      'unknown_attribute span gen_ai.usage.cache_write.input_tokens',
    ]);
    const latest = chatPlan('latest');
    onSpan({ 'gen_ai.usage.cache_creation.input_tokens': 1 })(latest);
    latest.events = [];
    expect(await broken(latest, { convention: 'latest' })).toEqual([
      'deprecated_attribute span gen_ai.usage.cache_creation.input_tokens',
    ]);
  });

  test('the status of a fetched response, added after 1.41.0, is missed by latest alone', async () => {
    const fetched = operation({
      name: 'fetch_response',
      creation: {
        'gen_ai.operation.name': 'fetch_response',
        'gen_ai.provider.name': 'anthropic',
        'server.address': 'api.example.test',
        'server.port': 443,
      },
      end: {
        'gen_ai.response.id': 'r1',
        'gen_ai.response.model': 'm1',
        'gen_ai.response.finish_reasons': ['stop'],
      },
    });
    const missing = ['missing_recommended span gen_ai.response.status'];
    for (const [options, expected] of [
      [{ convention: '1.41.0' }, []],
      [{ convention: '1.41.0', everyOptionSet: true }, missing],
      [{ convention: 'latest' }, missing],
    ] as [ConformanceOptions, string[]][]) {
      const plan = chatPlan(options.convention);
      fetched(plan);
      expect(await broken(plan, options)).toEqual(expected);
    }
  });

  test('latest wants the details event at DEBUG', async () => {
    const plan = chatPlan('latest');
    onEvent({ severity: 9 })(plan);
    expect(await broken(plan, { convention: 'latest' })).toEqual(['event_severity event']);
  });

  test('latest measures inference by its own metric', async () => {
    const plan = chatPlan('latest');
    onMetric({ name: 'gen_ai.client.operation.duration' })(plan);
    expect(await broken(plan, { convention: 'latest' })).toEqual(['metric_operation metric']);
  });

  test('the token metrics of 1.41.0 are unknown to latest unless both sets are asked for', async () => {
    const plan = chatPlan('latest');
    plan.metrics.push(...chatPlan('1.41.0').metrics);
    expect(await broken(plan, { convention: 'latest' })).toEqual(['metric_operation metric', 'unknown_metric metric']);
    expect(await broken(plan, { convention: 'latest', duplicateMetrics: true })).toEqual([]);
  });

  test('token type and modality are closed', async () => {
    for (const [convention, attribute] of [
      ['1.41.0', 'gen_ai.token.type'],
      ['latest', 'gen_ai.token.modality'],
    ] as const) {
      const plan = chatPlan(convention);
      const usageMetric = plan.metrics[1];
      if (usageMetric) usageMetric.attributes[attribute] = 'completion';
      expect(await broken(plan, { convention })).toEqual([`enum_value metric ${attribute}`]);
    }
  });
});

test.each(['1.41.0', 'latest'] as const)(
  'the statement of %s defines each attribute that a signal uses',
  (convention) => {
    const { spans, metrics, events, attributes } = loadModel(convention);
    const signals: { attributes: object; providers?: Readonly<Record<string, object>> }[] = [
      ...Object.values(spans),
      ...Object.values(metrics),
      ...Object.values(events),
    ];
    const used = signals.flatMap((signal) => [signal.attributes, ...Object.values(signal.providers ?? {})]);
    const undefinedNames = used.flatMap((uses) => Object.keys(uses)).filter((name) => !(name in attributes));
    expect(undefinedNames).toEqual([]);
  },
);

describe('recordInMemory', () => {
  test('collects the same data twice and nothing after a reset', async () => {
    const recorder = recordInMemory();
    recorder.tracerProvider.getTracer('t').startSpan('s').end();
    recorder.loggerProvider.getLogger('l').emit({ eventName: 'e' });
    recorder.meterProvider.getMeter('m').createCounter('c').add(1);
    const count = async () => {
      const { spans, logs, metrics, creationAttributes } = await recorder.collect();
      const points = metrics.flatMap((resource) =>
        resource.scopeMetrics.flatMap((scope) => scope.metrics.flatMap((metric) => metric.dataPoints as unknown[])),
      );
      return [spans.length, logs.length, points.length, creationAttributes.size];
    };
    expect(await count()).toEqual([1, 1, 1, 1]);
    expect(await count()).toEqual([1, 1, 1, 1]);
    await recorder.reset();
    expect(await count()).toEqual([0, 0, 0, 0]);
    await recorder.shutdown();
  });
});

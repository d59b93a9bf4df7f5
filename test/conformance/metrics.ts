import { ValueType } from '@opentelemetry/api';
import { checkAttributes } from './attributes.ts';
import { type CheckContext, isJudged, isSet } from './context.ts';
import { loadModel, type MetricFact, usesFor } from './model.ts';
import type { AttributeBag, RecordedMetric } from './types.ts';

/** `DataPointType` of the metrics SDK, equal in 2.x and 3.x. */
const HISTOGRAM = 0;
const SUM = 3;

/** A new value for each call, person or session: one time series each. */
const HIGH_CARDINALITY = new Set([
  'client.address',
  'client.port',
  'db.query.text',
  'enduser.id',
  'error.message',
  'exception.message',
  'exception.stacktrace',
  'gen_ai.agent.id',
  'gen_ai.conversation.id',
  'gen_ai.input.messages',
  'gen_ai.memory.query.text',
  'gen_ai.memory.record.id',
  'gen_ai.memory.records',
  'gen_ai.output.messages',
  'gen_ai.request.previous_response.id',
  'gen_ai.request.seed',
  'gen_ai.response.id',
  'gen_ai.retrieval.documents',
  'gen_ai.retrieval.query.text',
  'gen_ai.system_instructions',
  'gen_ai.tool.call.arguments',
  'gen_ai.tool.call.id',
  'gen_ai.tool.call.result',
  'gen_ai.tool.definitions',
  'jsonrpc.request.id',
  'mcp.session.id',
  'session.id',
  'url.full',
  'user.id',
]);

/** All rules of the signal `metric`. */
export function checkMetrics(context: CheckContext): void {
  for (const { scopeMetrics } of context.recorded.metrics) {
    for (const { scope, metrics } of scopeMetrics) {
      for (const metric of metrics) {
        if (isJudged(context, scope, [metric.descriptor.name])) checkMetric(context, metric);
      }
    }
  }
}

function factOf(context: CheckContext, name: string): MetricFact | undefined {
  const earlier = context.options.duplicateMetrics ? loadModel('1.41.0').metrics[name] : undefined;
  return context.model.metrics[name] ?? earlier;
}

/** The registry of the version that the metric is from, so that its attributes are not taken for deprecated ones. */
function registryOf(context: CheckContext, name: string): CheckContext {
  if (!context.options.duplicateMetrics || context.model.metrics[name]) return context;
  return { ...context, model: loadModel('1.41.0') };
}

function checkMetric(context: CheckContext, metric: RecordedMetric): void {
  const { name, unit, valueType } = metric.descriptor;
  const violate = (rule: string, detail: string, attribute?: string) =>
    context.report({ rule, signal: 'metric', name, detail, ...(attribute === undefined ? {} : { attribute }) });
  const fact = factOf(context, name);
  if (!fact && !name.startsWith(context.ownPrefix)) {
    violate('unknown_metric', 'neither in the convention nor of the own prefix');
    return;
  }
  if (fact) {
    const instrument = instrumentOf(metric);
    if (instrument !== fact.instrument) violate('metric_instrument', `${instrument}, expected ${fact.instrument}`);
    if (unit !== fact.unit) violate('metric_unit', `"${unit}", expected "${fact.unit}"`);
    const value = valueType === ValueType.INT ? 'int' : 'double';
    if (fact.value !== undefined && value !== fact.value) {
      violate('metric_value_type', `${value}, expected ${fact.value}`);
    }
    const boundaries = boundariesOf(metric);
    if (fact.boundaries && boundaries && boundaries.join() !== fact.boundaries.join()) {
      violate('metric_boundaries', `[${boundaries.join(', ')}], expected [${fact.boundaries.join(', ')}]`);
    }
  }
  for (const { attributes } of metric.dataPoints) {
    const registry = registryOf(context, name);
    checkAttributes(registry, 'metric', name, attributes);
    checkDataPoint(registry, name, fact, attributes, violate);
  }
}

type Violate = (rule: string, detail: string, attribute?: string) => void;

function checkDataPoint(
  context: CheckContext,
  name: string,
  fact: MetricFact | undefined,
  attributes: AttributeBag,
  violate: Violate,
): void {
  const uses = fact && usesFor(fact, attributes['gen_ai.provider.name']);
  for (const attribute of Object.keys(attributes)) {
    if (HIGH_CARDINALITY.has(attribute)) {
      violate('metric_high_cardinality', 'a time series for each value', attribute);
    } else if (uses && !(attribute in uses) && isLive(context, attribute)) {
      violate('metric_attribute', 'not among the attributes of this metric', attribute);
    }
  }
  for (const [attribute, use] of Object.entries(uses ?? {})) {
    if (isSet(attributes, attribute)) continue;
    if (use.level === 'required') violate('missing_required', `required on ${name}`, attribute);
    else if (use.when === 'server_address' && isSet(attributes, 'server.address')) {
      if (!String(attributes['server.address']).startsWith('/')) {
        violate('server_port_missing', 'server.address is set', attribute);
      }
    }
  }
  const operation = attributes['gen_ai.operation.name'];
  const inference = context.model.spans[context.model.inferenceSpan]?.operations.includes(String(operation));
  if (name === 'gen_ai.client.operation.duration' && inference && splitsInference(context)) {
    violate('metric_operation', `${operation} is measured by gen_ai.client.inference.duration`);
  }
}

/** Whether no other rule speaks of the attribute: checkAttributes reports unknown and deprecated ones. */
function isLive(context: CheckContext, attribute: string): boolean {
  if (context.options.extraAttributes?.includes(attribute)) return false;
  const fact = context.model.attributes[attribute];
  return attribute.startsWith(context.ownPrefix) || (fact !== undefined && fact.deprecated === undefined);
}

/** Whether inference has a duration metric of its own, and only that one is to be sent. */
function splitsInference(context: CheckContext): boolean {
  return 'gen_ai.client.inference.duration' in context.model.metrics && !context.options.duplicateMetrics;
}

function instrumentOf(metric: RecordedMetric): string {
  if (metric.dataPointType === HISTOGRAM) return 'histogram';
  if (metric.dataPointType === SUM) return metric.isMonotonic ? 'counter' : 'updowncounter';
  return 'another instrument';
}

function boundariesOf(metric: RecordedMetric): readonly number[] | undefined {
  if (metric.dataPointType !== HISTOGRAM) return undefined;
  const value = metric.dataPoints[0]?.value as { buckets?: { boundaries?: readonly number[] } } | undefined;
  return value?.buckets?.boundaries;
}

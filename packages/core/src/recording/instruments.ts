import type {
  Attributes,
  Context,
  Counter,
  Histogram,
  Meter,
  ObservableGauge,
  ObservableUpDownCounter,
} from '@opentelemetry/api';
import { ValueType } from '@opentelemetry/api';
import { attribute } from '../convention/attribute-table.ts';
import {
  type HistogramDefinition,
  type MetricTable,
  metricTables,
  ownMetrics,
  type TokenCounter,
} from '../convention/metric-table.ts';
import type { Convention } from '../convention/stability.ts';
import { guard } from '../guard.ts';
import type { Modality, RateLimit, Server, Usage } from '../vocabulary/index.ts';
import { trackPoints } from './open-recordings.ts';

const inferenceOperations = new Set(['chat', 'generate_content', 'text_completion']);

/** One operation that ended, as the metrics see it. */
export interface Measurement {
  operation: string;
  /** In seconds. */
  duration: number;
  errorType: string | undefined;
  usage: Usage | undefined;
  /** In US dollars. */
  cost: number | undefined;
  retries: number;
  /** In seconds. */
  timeToFirstChunk: number | undefined;
  /** In seconds, one for each chunk after the first. */
  chunkDurations: readonly number[] | undefined;
}

/** What the observable instruments know of one model of one provider. */
export interface Series {
  key: string;
  attributes: Attributes;
  /** Operations in flight. */
  active: number;
  /** What the last response says of the limits. */
  rateLimit: (() => RateLimit) | undefined;
}

/** As many as the SDK keeps by default for one instrument. Model names come from requests and know no bound. */
const MOST_SERIES = 2000;

interface VersionedInstruments {
  table: MetricTable;
  inferenceDuration: Histogram;
  operationDuration: Histogram;
  executeToolDuration: Histogram;
  timeToFirstChunk: Histogram;
  timePerOutputChunk: Histogram;
  tokenUsage: Histogram | undefined;
  operationTokens: Record<'input' | 'output', Histogram> | undefined;
  usageCounters: Record<TokenCounter, Counter> | undefined;
}

/** Points of a stream that wait for the event loop: a histogram point costs more than observing a chunk. */
interface PendingChunks {
  histogram: Histogram;
  durations: readonly number[];
  attributes: Attributes;
  context: Context;
  next: number;
}

const CHUNKS_PER_TURN = 256;
/** More than this does not wait: it is recorded at once, so that the backlog has a bound. */
const MOST_WAITING = 16_384;

/** The metric instruments of one meter. */
export class Instruments {
  private readonly versions: VersionedInstruments[];
  private readonly cost: Histogram;
  private readonly retries: Counter;
  private readonly series = new Map<string, Series>();
  private readonly pending: PendingChunks[] = [];
  private waiting = 0;
  private turn: NodeJS.Immediate | undefined;

  constructor(meter: Meter, convention: Convention) {
    const shared = new Map<string, Histogram>();
    const histogram = (definition: HistogramDefinition): Histogram => {
      // Both versions of a table may name the same metric: one instrument, so one point.
      const existing = shared.get(definition.name);
      if (existing) return existing;
      const created = meter.createHistogram(definition.name, {
        unit: definition.unit,
        description: definition.description,
        valueType: definition.valueType === 'int' ? ValueType.INT : ValueType.DOUBLE,
        advice: { explicitBucketBoundaries: [...definition.buckets] },
      });
      shared.set(definition.name, created);
      return created;
    };

    this.versions = convention.metricVersions.map((version) => {
      const table = metricTables[version];
      const { operationTokens, usageCounters } = table;
      const counter = (name: TokenCounter): Counter => {
        const definition = (usageCounters as NonNullable<typeof usageCounters>)[name];
        return meter.createCounter(definition.name, {
          unit: '{token}',
          description: definition.description,
          valueType: ValueType.INT,
        });
      };
      return {
        table,
        inferenceDuration: histogram(table.inferenceDuration),
        operationDuration: histogram(table.operationDuration),
        executeToolDuration: histogram(table.executeToolDuration),
        timeToFirstChunk: histogram(table.timeToFirstChunk),
        timePerOutputChunk: histogram(table.timePerOutputChunk),
        tokenUsage: table.tokenUsage && histogram(table.tokenUsage),
        operationTokens: operationTokens && {
          input: histogram(operationTokens.input),
          output: histogram(operationTokens.output),
        },
        usageCounters: usageCounters && {
          input: counter('input'),
          output: counter('output'),
          cacheRead: counter('cacheRead'),
          cacheWrite: counter('cacheWrite'),
          reasoning: counter('reasoning'),
        },
      };
    });

    trackPoints(this);
    this.cost = histogram(ownMetrics.cost);
    this.retries = meter.createCounter(ownMetrics.retries.name, {
      unit: ownMetrics.retries.unit,
      description: ownMetrics.retries.description,
      valueType: ValueType.INT,
    });
    // Observable, so that a call costs an increment and not two metric points.
    const active: ObservableUpDownCounter = meter.createObservableUpDownCounter(ownMetrics.active.name, {
      unit: ownMetrics.active.unit,
      description: ownMetrics.active.description,
      valueType: ValueType.INT,
    });
    active.addCallback((result) => {
      // Observables are asked before histograms are collected: nothing that waits is missing from this collection.
      this.flush();
      for (const { active, attributes } of this.series.values()) result.observe(active, attributes);
    });
    const rateLimits: ObservableGauge = meter.createObservableGauge(ownMetrics.rateLimitRemaining.name, {
      unit: ownMetrics.rateLimitRemaining.unit,
      description: ownMetrics.rateLimitRemaining.description,
      valueType: ValueType.INT,
    });
    rateLimits.addCallback((result) => {
      for (const { rateLimit, attributes } of this.series.values()) {
        const { remainingRequests, remainingTokens } = rateLimit?.() ?? {};
        if (remainingRequests !== undefined) {
          result.observe(remainingRequests, { ...attributes, [attribute.rateLimitType]: 'requests' });
        }
        if (remainingTokens !== undefined) {
          result.observe(remainingTokens, { ...attributes, [attribute.rateLimitType]: 'tokens' });
        }
      }
    });
  }

  /** Counts an operation as in flight. @returns what to count it out of. */
  begin(operation: string, { provider, address, port }: Server, model: string | undefined): Series {
    const key = `${operation}\n${provider}\n${model}\n${address}\n${port}`;
    let series = this.series.get(key);
    if (series === undefined) {
      const attributes: Attributes = { [attribute.operation]: operation, [attribute.provider]: provider };
      if (model !== undefined) attributes[attribute.requestModel] = model;
      if (address !== undefined) attributes[attribute.serverAddress] = address;
      if (port !== undefined) attributes[attribute.serverPort] = port;
      series = { key, attributes, active: 0, rateLimit: undefined };
      this.series.set(key, series);
    }
    series.active++;
    return series;
  }

  /** Counts an operation out that {@link begin} counted in. */
  finish(series: Series): void {
    series.active--;
    // A series that stays is reported as 0. Of more than can be exported anyway, the idle ones go.
    if (series.active === 0 && this.series.size > MOST_SERIES) this.series.delete(series.key);
  }

  /** Records one operation. `attributes` are the common ones of all GenAI metrics; `context` links exemplars to the span. */
  record(measurement: Measurement, attributes: Attributes, context: Context): void {
    const { duration, errorType, usage, cost, retries, timeToFirstChunk, chunkDurations } = measurement;
    const withError = errorType === undefined ? attributes : { ...attributes, [attribute.errorType]: errorType };
    const isInference = inferenceOperations.has(measurement.operation);
    const isTool = measurement.operation === 'execute_tool';

    let recordedAlready: Histogram | undefined;
    for (const version of this.versions) {
      const durations = isInference
        ? version.inferenceDuration
        : isTool
          ? version.executeToolDuration
          : version.operationDuration;
      // Where both versions name the same metric, it is one instrument and gets one point.
      if (durations !== recordedAlready) durations.record(duration, withError, context);
      recordedAlready = durations;
      if (timeToFirstChunk !== undefined) version.timeToFirstChunk.record(timeToFirstChunk, attributes, context);
      if (chunkDurations && chunkDurations.length > 0) {
        this.later(version.timePerOutputChunk, chunkDurations, attributes, context);
      }
      if (usage) recordUsage(version, usage, attributes, context);
    }
    if (cost !== undefined) this.cost.record(cost, withoutServer(attributes), context);
    if (retries > 0) this.retries.add(retries, attributes, context);
  }

  /** Records everything that waits for the event loop. */
  flush(): void {
    while (this.pending.length > 0) this.drain(Number.POSITIVE_INFINITY);
  }

  private later(histogram: Histogram, durations: readonly number[], attributes: Attributes, context: Context): void {
    this.pending.push({ histogram, durations, attributes, context, next: 0 });
    this.waiting += durations.length;
    if (this.waiting > MOST_WAITING) this.drain(this.waiting - MOST_WAITING);
    if (this.turn !== undefined) return;
    this.turn = setImmediate(this.onTurn);
    // Waiting points must not keep the process alive; the collection at shutdown takes them.
    this.turn.unref();
  }

  private readonly onTurn = (): void => {
    this.turn = undefined;
    guard('metrics', () => this.drain(CHUNKS_PER_TURN));
    if (this.pending.length > 0) {
      this.turn = setImmediate(this.onTurn);
      this.turn.unref();
    }
  };

  private drain(limit: number): void {
    let left = limit;
    while (left > 0) {
      const chunks = this.pending[0];
      if (chunks === undefined) return;
      const end = Math.min(chunks.durations.length, chunks.next + left);
      left -= end - chunks.next;
      this.waiting -= end - chunks.next;
      for (; chunks.next < end; chunks.next++) {
        chunks.histogram.record(chunks.durations[chunks.next] as number, chunks.attributes, chunks.context);
      }
      if (chunks.next >= chunks.durations.length) this.pending.shift();
    }
  }
}

function recordUsage(
  { tokenUsage, operationTokens, usageCounters }: VersionedInstruments,
  usage: Usage,
  attributes: Attributes,
  context: Context,
): void {
  const { inputTokens, outputTokens } = usage;
  if (tokenUsage) {
    if (inputTokens !== undefined) {
      tokenUsage.record(inputTokens, withTokenType(attributes, 'input'), context);
    }
    if (outputTokens !== undefined) {
      tokenUsage.record(outputTokens, withTokenType(attributes, 'output'), context);
    }
  }
  if (operationTokens) {
    if (inputTokens !== undefined) operationTokens.input.record(inputTokens, attributes, context);
    if (outputTokens !== undefined) operationTokens.output.record(outputTokens, attributes, context);
  }
  if (usageCounters) {
    const count = (counter: TokenCounter, total: number | undefined, part: keyof ModalityCounts | undefined) => {
      if (total === undefined) return;
      for (const [modality, tokens] of split(total, part && modalityCounts(usage, part))) {
        usageCounters[counter].add(tokens, { ...attributes, [attribute.tokenModality]: modality }, context);
      }
    };
    count('input', inputTokens, 'inputTokens');
    count('output', outputTokens, 'outputTokens');
    count('cacheRead', usage.cacheReadInputTokens, 'cacheReadInputTokens');
    count('cacheWrite', usage.cacheWriteInputTokens, undefined);
    count('reasoning', usage.reasoningOutputTokens, undefined);
  }
}

/** The attributes with one more, still in the order of the alphabet. */
function withTokenType(attributes: Attributes, type: 'input' | 'output'): Attributes {
  const result: Attributes = {};
  for (const name in attributes) {
    if (name === attribute.serverAddress) result[attribute.tokenType] = type;
    result[name] = attributes[name];
  }
  result[attribute.tokenType] = type;
  return result;
}

/** What a model costs does not depend on the host, and each name makes a point dearer. */
function withoutServer(attributes: Attributes): Attributes {
  const result: Attributes = {};
  for (const name in attributes) if (!name.startsWith('server.')) result[name] = attributes[name];
  return result;
}

type ModalityCounts = { inputTokens: number; outputTokens: number; cacheReadInputTokens: number };

function modalityCounts(usage: Usage, part: keyof ModalityCounts): [Modality, number][] {
  const counts: [Modality, number][] = [];
  for (const modality of ['text', 'image', 'audio'] as const) {
    const tokens = usage.modalities?.[modality]?.[part];
    if (tokens !== undefined) counts.push([modality, tokens]);
  }
  return counts;
}

/** Splits a total by modality so that the parts add up to it: what no part accounts for is `unknown`. */
function split(total: number, parts: [Modality, number][] | undefined): [string, number][] {
  const known = parts?.reduce((sum, [, tokens]) => sum + tokens, 0) ?? 0;
  // A provider that counts a token under two modalities gives no split that adds up.
  if (!parts || known === 0 || known > total) return [['unknown', total]];
  const rest = total - known;
  const counted: [string, number][] = parts.filter(([, tokens]) => tokens > 0);
  return rest > 0 ? [...counted, ['unknown', rest]] : counted;
}

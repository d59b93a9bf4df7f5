/**
 * Reads OTLP/HTTP JSON requests into plain spans and metrics.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
export class Telemetry {
  spans = [];
  #metrics = new Map();

  /** Takes the decoded body of one export request, of whichever signal. */
  add({ resourceSpans = [], resourceMetrics = [] }) {
    for (const { scopeSpans = [] } of resourceSpans) {
      for (const { spans = [] } of scopeSpans) this.spans.push(...spans.map(readSpan));
    }
    for (const { scopeMetrics = [] } of resourceMetrics) {
      for (const { metrics = [] } of scopeMetrics) for (const metric of metrics) this.#addMetric(metric);
    }
  }

  /** Each with its series, every one with what was recorded from start to end. */
  get metrics() {
    return [...this.#metrics.values()].map(({ series, ...metric }) => ({
      ...metric,
      series: [...series.values()].map((starts) => [...starts.values()].reduce(addPoints)),
    }));
  }

  #addMetric({ name, unit = '', histogram, sum, gauge }) {
    const points = (histogram ?? sum ?? gauge)?.dataPoints;
    if (points === undefined) return;
    const metric = this.#metrics.get(name) ?? { name, unit, kind: kindOf({ histogram, sum }), series: new Map() };
    this.#metrics.set(name, metric);
    for (const dataPoint of points) {
      const point = readPoint(dataPoint);
      const key = JSON.stringify(Object.entries(point.attributes).sort());
      const starts = metric.series.get(key) ?? new Map();
      metric.series.set(key, starts);
      // A cumulative point repeats its start and replaces the one before; a delta has a start of its own and adds to it.
      starts.set(metric.kind === 'gauge' ? '' : dataPoint.startTimeUnixNano, point);
    }
  }
}

function kindOf({ histogram, sum }) {
  if (histogram !== undefined) return 'histogram';
  return sum !== undefined ? 'sum' : 'gauge';
}

function readSpan(span) {
  return {
    name: span.name,
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId || undefined,
    start: Number(span.startTimeUnixNano),
    end: Number(span.endTimeUnixNano),
    failed: span.status?.code === 2 || span.status?.code === 'STATUS_CODE_ERROR',
    attributes: readAttributes(span.attributes),
  };
}

function readPoint(point) {
  const attributes = readAttributes(point.attributes);
  if (point.bucketCounts === undefined) return { attributes, value: Number(point.asInt ?? point.asDouble ?? 0) };
  return {
    attributes,
    count: Number(point.count),
    sum: point.sum,
    min: point.min,
    max: point.max,
    bounds: point.explicitBounds ?? [],
    buckets: point.bucketCounts.map(Number),
  };
}

function addPoints(a, b) {
  if (a.count === undefined) return { ...a, value: a.value + b.value };
  return {
    ...a,
    count: a.count + b.count,
    sum: a.sum + b.sum,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    buckets: a.buckets.map((count, index) => count + b.buckets[index]),
  };
}

function readAttributes(attributes = []) {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, readValue(value)]));
}

function readValue(value = {}) {
  if (value.intValue !== undefined) return Number(value.intValue);
  if (value.arrayValue !== undefined) return (value.arrayValue.values ?? []).map(readValue);
  return value.stringValue ?? value.doubleValue ?? value.boolValue;
}

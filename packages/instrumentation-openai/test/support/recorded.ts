import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { InMemoryRecorded } from '../../../../test/conformance/record.ts';

type Bag = Readonly<Record<string, unknown>>;

export interface Point {
  attributes: Bag;
  /** Sum of a histogram, or the value itself. */
  sum: number;
  /** Recordings of a histogram; 1 for anything else. */
  count: number;
}

/** Points of a metric over all collections. */
export function points({ metrics }: InMemoryRecorded, name: string): Point[] {
  return metrics
    .flatMap(({ scopeMetrics }) => scopeMetrics)
    .flatMap((scope) => scope.metrics)
    .filter((metric) => metric.descriptor.name === name)
    .flatMap((metric): readonly { attributes: Bag; value: unknown }[] => metric.dataPoints)
    .map(({ attributes, value }) =>
      typeof value === 'number'
        ? { attributes, sum: value, count: 1 }
        : { attributes, sum: (value as { sum?: number }).sum ?? 0, count: (value as { count: number }).count },
    );
}

/** The points whose attributes have these values, added up. */
export function total(recorded: InMemoryRecorded, name: string, where: Bag = {}): { sum: number; count: number } {
  const matching = points(recorded, name).filter(({ attributes }) =>
    Object.entries(where).every(([key, value]) => attributes[key] === value),
  );
  return matching.reduce((all, { sum, count }) => ({ sum: all.sum + sum, count: all.count + count }), {
    sum: 0,
    count: 0,
  });
}

/** The span, where there must be just one. */
export function only(spans: readonly ReadableSpan[]): ReadableSpan {
  const [span, ...others] = spans;
  if (!span || others.length > 0) throw new Error(`expected one span, got ${spans.map(({ name }) => name).join(', ')}`);
  return span;
}

/** A content attribute of a span, parsed. */
export function content(span: ReadableSpan, name: string): unknown {
  const json = span.attributes[name];
  if (typeof json !== 'string') throw new Error(`${name} is ${typeof json}`);
  return JSON.parse(json) as unknown;
}

export function parts(span: ReadableSpan, name = 'gen_ai.output.messages'): unknown[] {
  return (content(span, name) as { parts: unknown[] }[]).flatMap((message) => message.parts);
}

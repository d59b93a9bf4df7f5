export interface Span {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId: string | undefined;
  /** Nanoseconds since 1970, as exact as a number is: a quarter of a microsecond. */
  start: number;
  end: number;
  /** Whether the status is ERROR. */
  failed: boolean;
  attributes: Record<string, unknown>;
}

export interface Metric {
  name: string;
  unit: string;
  kind: 'histogram' | 'sum' | 'gauge';
  series: Series[];
}

export interface Series {
  attributes: Record<string, unknown>;
  /** Of a sum or a gauge. */
  value?: number;
  /** Of a histogram, as the rest. */
  count?: number;
  sum?: number | undefined;
  min?: number | undefined;
  max?: number | undefined;
  bounds?: number[];
  /** One more than there are bounds. */
  buckets?: number[];
}

export declare class Telemetry {
  readonly spans: Span[];
  get metrics(): Metric[];
  add(request: object): void;
}

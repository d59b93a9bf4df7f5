/** The parts of an OpenTelemetry SDK's in-memory shapes that the rules read; SDK 2.x and 3.x both satisfy them. */

export type AttributeBag = Readonly<Record<string, unknown>>;

export interface Scope {
  readonly name: string;
  readonly version?: string | undefined;
  readonly schemaUrl?: string | undefined;
}

export interface RecordedSpan {
  readonly name: string;
  /** `SpanKind` of the OpenTelemetry API. */
  readonly kind: number;
  readonly status: { readonly code: number };
  readonly attributes: AttributeBag;
  readonly instrumentationScope: Scope;
  spanContext(): { readonly spanId: string };
}

export interface RecordedMetric {
  readonly descriptor: { readonly name: string; readonly unit: string; readonly valueType: number };
  /** `DataPointType` of the metrics SDK. */
  readonly dataPointType: number;
  readonly isMonotonic?: boolean;
  readonly dataPoints: readonly { readonly attributes: AttributeBag; readonly value: unknown }[];
}

export interface RecordedResourceMetrics {
  readonly scopeMetrics: readonly { readonly scope: Scope; readonly metrics: readonly RecordedMetric[] }[];
}

export interface RecordedLog {
  readonly eventName?: string | undefined;
  readonly severityNumber?: number | undefined;
  readonly body?: unknown;
  readonly attributes: AttributeBag;
  readonly instrumentationScope: Scope;
  readonly spanContext?: { readonly spanId: string } | undefined;
}

export interface Recorded {
  readonly spans: readonly RecordedSpan[];
  readonly metrics: readonly RecordedResourceMetrics[];
  readonly logs: readonly RecordedLog[];
  /** Attributes that each span had when the sampler saw it, by span id. Without it, lateness is not judged. */
  readonly creationAttributes?: ReadonlyMap<string, AttributeBag>;
}

export type Signal = 'span' | 'metric' | 'event';

export interface Violation {
  /** Which rule of README.md is broken. */
  readonly rule: string;
  readonly signal: Signal;
  /** Name of the span, metric or event; of the instrumentation scope for the rules `scope_*`. */
  readonly name: string;
  readonly attribute?: string;
  readonly detail: string;
}

export interface ConformanceOptions {
  /** `latest` is what `OTEL_SEMCONV_STABILITY_OPT_IN=gen_ai_latest_experimental` selects. */
  readonly convention: '1.41.0' | 'latest';
  /** Prefix of attributes, metrics and events of the project's own; `genai_otel.` unless given. */
  readonly ownPrefix?: string;
  /** `false`: no content may appear. `true`: completed inference must carry its messages on span or event. */
  readonly contentCaptured?: boolean;
  /** Documented operation names outside the convention, such as `rerank`. */
  readonly extraOperations?: readonly string[];
  /** Attributes that the application added itself, allowed on each signal. */
  readonly extraAttributes?: readonly string[];
  /** With `latest`: the metrics of 1.41.0 may appear beside the new ones (`gen_ai_latest_experimental/dup`). */
  readonly duplicateMetrics?: boolean;
  /** Expect each attribute that the convention's own policy expects, request options included. */
  readonly everyOptionSet?: boolean;
  /** Says that an operation did not run to its end, where the span alone does not show it. */
  readonly isIncomplete?: (span: RecordedSpan) => boolean;
}

export type Report = (violation: Violation) => void;

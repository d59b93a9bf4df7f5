import { type Attributes, type Context, type Span, SpanStatusCode } from '@opentelemetry/api';
import { type AnyValueMap, SeverityNumber } from '@opentelemetry/api-logs';
import type { ContentCaptureMode, ContentKind } from '../content/index.ts';
import type { ActiveRecording } from '../context/current-recording.ts';
import { attribute, contentAttributes } from '../convention/attribute-table.ts';
import { errorType, httpStatus } from '../errors/error-type.ts';
import { describeException, type Exception } from '../errors/exception.ts';
import { guard } from '../guard.ts';
import type { OperationResponse, ResponseMetadata, Usage } from '../vocabulary/index.ts';
import type { Series } from './instruments.ts';
import { trackOpenRecording, untrackOpenRecording } from './open-recordings.ts';
import type { OperationStart, Recorder } from './recorder.ts';
import { StreamClock } from './stream-clock.ts';

type ContentField = keyof typeof contentAttributes;

const DETAILS_EVENT = 'gen_ai.client.inference.operation.details';
const EXCEPTION_EVENT = 'gen_ai.client.operation.exception';

const detailedOperations = new Set(['chat', 'generate_content', 'text_completion']);

/**
 * The recording of one operation: its span, its metric points and its events. It ends once, as completed, failed or cancelled;
 * every later end is ignored. No method throws.
 */
export class Recording implements ActiveRecording {
  /** The parent context with the span of this recording: what the SDK's own work runs under. */
  context!: Context;
  readonly composite: boolean;
  /** `performance.now()` of the start. */
  readonly startedAt = performance.now();

  private readonly recorder: Recorder;
  private readonly start: OperationStart;
  private readonly span: Span;
  /** What the span was created with. */
  private readonly startAttributes: Attributes;
  private readonly captureMode: ContentCaptureMode;
  private readonly series: Series;
  /** Content is read when it is sent: the application may change its messages before the answer is here. */
  private readonly requestContent: [ContentField, unknown][] | undefined;
  private response: OperationResponse = {};
  private partialResponse: (() => OperationResponse) | undefined;
  private metadata: ResponseMetadata | undefined;
  private clock: StreamClock | undefined;
  private retries = 0;
  private ended = false;

  constructor(recorder: Recorder, start: OperationStart, span: Span, startAttributes: Attributes) {
    const { operation, server, request } = start;
    this.recorder = recorder;
    this.start = start;
    this.span = span;
    this.startAttributes = startAttributes;
    this.composite = start.composite === true;
    this.series = recorder.instruments.begin(operation, server, request.model);
    this.captureMode = recorder.config.captureMode({ operation, provider: server.provider, model: request.model });
    if (this.capturesContent) {
      this.requestContent = this.readContent([
        ['systemInstructions', request.systemInstructions],
        ['inputMessages', request.inputMessages],
        ['toolDefinitions', request.toolDefinitions],
        ['toolArguments', request.toolArguments],
      ]);
    }
    trackOpenRecording(this);
  }

  /** Whether the content of this operation is captured at all. */
  get capturesContent(): boolean {
    return (this.capturesSpanContent && this.span.isRecording()) || this.capturesEventContent;
  }

  private get capturesEventContent(): boolean {
    return this.captureMode === 'EVENT_ONLY' || this.captureMode === 'SPAN_AND_EVENT';
  }

  private get capturesSpanContent(): boolean {
    return this.captureMode === 'SPAN_ONLY' || this.captureMode === 'SPAN_AND_EVENT';
  }

  get hasEnded(): boolean {
    return this.ended;
  }

  /** The SDK repeats the request by itself. */
  addRetry(): void {
    this.retries++;
  }

  /** Takes what the last HTTP response tells. */
  setMetadata(metadata: ResponseMetadata): void {
    this.metadata = metadata;
  }

  /** The response is a stream. @param partial what is known of it so far, for whenever the recording ends. */
  startStream(partial: () => OperationResponse): StreamClock {
    this.partialResponse = partial;
    this.clock = new StreamClock(this.startedAt);
    this.clock.available(performance.now());
    return this.clock;
  }

  /** The operation ended well. @param endTime `performance.now()` of the end, if that was earlier. */
  complete(response?: OperationResponse, endTime?: number): void {
    this.end('completed', response, undefined, endTime);
  }

  /** The operation ended in an error, which the application sees as it is. */
  fail(error: unknown, endTime?: number): void {
    this.end('failed', undefined, error, endTime);
  }

  /** The application stopped listening, or nobody will. */
  cancel(endTime?: number): void {
    this.end('cancelled', undefined, undefined, endTime);
  }

  private end(outcome: Outcome, response: OperationResponse | undefined, error: unknown, endTime: number | undefined) {
    if (this.ended) return;
    this.ended = true;
    untrackOpenRecording(this);
    this.recorder.instruments.finish(this.series);
    const endedAt = endTime ?? performance.now();
    const partial = this.partialResponse;
    if (response !== undefined) this.response = response;
    else if (partial) this.response = guard('response mapping', partial) ?? this.response;
    guard('recording', () => this.write(outcome, error, endedAt));
    // The time of the operation, without what recording it takes.
    guard('span end', () => this.span.end(endedAt));
  }

  private write(outcome: Outcome, error: unknown, endedAt: number): void {
    const { recorder, span, start, response } = this;
    const { config, instruments } = recorder;
    const failure = this.describeFailure(outcome, error);
    const usage = response.usage && validUsage(response.usage);
    response.usage = usage;
    const cost = usage && guard('cost', () => config.cost(start.server.provider, start.request.model, response));

    const wantsDetails = this.wantsDetailsEvent();
    if (span.isRecording() || wantsDetails) {
      const attributes = this.collectAttributes(outcome, failure, cost);
      const responseContent = this.capturesContent
        ? this.readContent([
            ['outputMessages', response.outputMessages],
            ['toolResult', response.toolResult],
          ])
        : [];
      const content = [...(this.requestContent ?? []), ...responseContent];
      if (span.isRecording()) this.writeSpan(attributes, content, failure);
      if (wantsDetails) this.emitDetails(attributes, content);
    }
    if (failure?.exception) this.emitException(failure.exception);

    const metricAttributes = this.metricAttributes();
    instruments.record(
      {
        operation: start.operation,
        duration: (endedAt - this.startedAt) / 1000,
        errorType: failure?.type,
        usage,
        cost,
        retries: this.retries,
        timeToFirstChunk: this.clock?.timeToFirstChunk,
        chunkDurations: this.clock?.chunkDurations,
      },
      metricAttributes,
      this.context,
    );
    if (this.metadata?.rateLimit) this.series.rateLimit = this.metadata.rateLimit;
  }

  private describeFailure(outcome: Outcome, error: unknown): Failure | undefined {
    if (outcome === 'failed') {
      return {
        type: guard('error mapping', () => errorType(error)) ?? '_OTHER',
        status: guard('error mapping', () => httpStatus(error)),
        exception: guard('error mapping', () => describeException(error)),
      };
    }
    const reported = this.response.error;
    if (reported && outcome === 'completed') {
      const type = reported.type ?? '_OTHER';
      return { type, status: undefined, exception: { type, message: reported.message, frames: undefined } };
    }
    return undefined;
  }

  private collectAttributes(outcome: Outcome, failure: Failure | undefined, cost: number | undefined): Attributes {
    const { recorder, response, metadata } = this;
    const attributes: Attributes = {};
    recorder.writer.response(response, attributes);
    const timeToFirstChunk = this.clock?.timeToFirstChunk;
    if (timeToFirstChunk !== undefined) attributes[attribute.timeToFirstChunk] = timeToFirstChunk;
    if (cost !== undefined) attributes[attribute.cost] = cost;
    if (this.retries > 0) attributes[attribute.resendCount] = this.retries;
    const status = metadata?.status ?? failure?.status;
    if (status !== undefined) attributes[attribute.statusCode] = status;
    if (metadata?.requestId !== undefined) attributes[attribute.requestId] = metadata.requestId;
    if (outcome === 'cancelled') attributes[attribute.cancelled] = true;
    if (failure) attributes[attribute.errorType] = failure.type;
    return attributes;
  }

  private writeSpan(attributes: Attributes, content: readonly [ContentField, unknown][], failure: Failure | undefined) {
    const { span } = this;
    const { policy } = this.recorder.config;
    span.setAttributes(attributes);
    if (this.capturesSpanContent) {
      for (const [field, value] of content) {
        const json = policy.json(value, contentKind(field));
        if (json !== undefined) span.setAttribute(contentAttributes[field], json);
      }
    }
    if (failure) {
      // What a provider says of an error quotes prompts and keys: it is content.
      const message = this.capturesSpanContent ? failure.exception?.message : undefined;
      span.setStatus({
        code: SpanStatusCode.ERROR,
        message: message === undefined ? failure.type : policy.text(message),
      });
    }
  }

  /** Source: GenAI events. 1.41.0 has the event as an opt-in for content; the latest convention recommends it always. */
  private wantsDetailsEvent(): boolean {
    const { config, logger } = this.recorder;
    if (!detailedOperations.has(this.start.operation)) return false;
    if (!this.capturesEventContent && config.convention.version !== 'latest') return false;
    return logger.enabled({ eventName: DETAILS_EVENT, context: this.context });
  }

  private emitDetails(attributes: Attributes, content: readonly [ContentField, unknown][]): void {
    const { config, logger } = this.recorder;
    const details: AnyValueMap = { ...this.startAttributes, ...attributes } as AnyValueMap;
    // The event of the latest convention has no status, unlike the span.
    delete details['gen_ai.response.status'];
    if (this.capturesEventContent) {
      for (const [field, value] of content) {
        details[contentAttributes[field]] = config.policy.structured(value, contentKind(field)) as AnyValueMap;
      }
    }
    logger.emit({
      eventName: DETAILS_EVENT,
      severityNumber: SeverityNumber.DEBUG,
      severityText: 'DEBUG',
      attributes: details,
      context: this.context,
    });
  }

  /** Source: GenAI events, "Event: gen_ai.client.operation.exception". */
  private emitException(exception: Exception): void {
    const { config, logger } = this.recorder;
    if (!logger.enabled({ eventName: EXCEPTION_EVENT, severityNumber: SeverityNumber.WARN, context: this.context })) {
      return;
    }
    const attributes: AnyValueMap = { [attribute.exceptionType]: exception.type };
    if (this.capturesEventContent && exception.message !== undefined) {
      attributes[attribute.exceptionMessage] = config.policy.text(exception.message);
    }
    if (exception.frames !== undefined) {
      attributes[attribute.exceptionStacktrace] = config.policy.text(`${exception.type}\n${exception.frames}`);
    }
    logger.emit({
      eventName: EXCEPTION_EVENT,
      severityNumber: SeverityNumber.WARN,
      severityText: 'WARN',
      attributes,
      context: this.context,
    });
  }

  /** In the order of the alphabet: the SDK sorts the names for each point, and finds nothing to do. */
  private metricAttributes(): Attributes {
    const { server, request, operation } = this.start;
    // The metric of tools is theirs alone, and does not repeat the operation.
    const attributes: Attributes = operation === 'execute_tool' ? {} : { [attribute.operation]: operation };
    if (this.start.kind !== 'internal') attributes[attribute.provider] = server.provider;
    if (typeof request.model === 'string') attributes[attribute.requestModel] = request.model;
    const { model } = this.response;
    if (typeof model === 'string') attributes[attribute.responseModel] = model;
    if (request.tool) attributes['gen_ai.tool.name'] = request.tool.name;
    if (server.address !== undefined) {
      attributes[attribute.serverAddress] = server.address;
      if (server.port !== undefined) attributes[attribute.serverPort] = server.port;
    }
    return attributes;
  }

  private readContent(fields: [ContentField, (() => unknown) | undefined][]): [ContentField, unknown][] {
    const content: [ContentField, unknown][] = [];
    for (const [field, read] of fields) {
      const value = read && guard('content mapping', read);
      if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
      content.push([field, value]);
    }
    return content;
  }
}

/** Arguments and results of a tool are the application's own, whatever they look like. */
const contentKind = (field: ContentField): ContentKind =>
  field === 'toolArguments' || field === 'toolResult' ? 'free' : 'convention';

type Outcome = 'completed' | 'failed' | 'cancelled';

interface Failure {
  type: string;
  status: number | undefined;
  exception: Exception | undefined;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** Drops what is not a count of tokens, so that a malformed response leaves neither attribute nor point. */
function validUsage(usage: Usage): Usage {
  for (const field of [
    'inputTokens',
    'outputTokens',
    'cacheReadInputTokens',
    'cacheWriteInputTokens',
    'reasoningOutputTokens',
  ] as const) {
    if (usage[field] !== undefined && !isCount(usage[field])) usage[field] = undefined;
  }
  return usage;
}

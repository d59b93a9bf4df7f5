import { type Attributes, type Context, context, type Meter, SpanKind, type Tracer, trace } from '@opentelemetry/api';
import type { Logger } from '@opentelemetry/api-logs';
import type { ResolvedConfig } from '../configuration.ts';
import { setRecording } from '../context/current-recording.ts';
import { getGenAIContext, writeGenAIContext } from '../context/genai-context.ts';
import { attribute } from '../convention/attribute-table.ts';
import { type AttributeWriter, createAttributeWriter } from '../convention/attribute-writer.ts';
import type { OperationName, OperationRequest, Server } from '../vocabulary/index.ts';
import { Instruments } from './instruments.ts';
import { Recording } from './recording.ts';

/** An operation that begins. */
export interface OperationStart {
  operation: OperationName;
  kind?: 'client' | 'internal' | undefined;
  composite?: boolean | undefined;
  server: Server;
  request: OperationRequest;
}

/** Where telemetry goes. */
export interface Telemetry {
  tracer: Tracer;
  meter: Meter;
  logger: Logger;
}

/** Starts recordings: the configuration and the instruments of one instrumentation. */
export class Recorder {
  readonly config: ResolvedConfig;
  readonly logger: Logger;
  readonly instruments: Instruments;
  readonly writer: AttributeWriter;
  private readonly tracer: Tracer;

  constructor(config: ResolvedConfig, { tracer, meter, logger }: Telemetry) {
    this.config = config;
    this.tracer = tracer;
    this.logger = logger;
    this.instruments = new Instruments(meter, config.convention);
    this.writer = createAttributeWriter(config.convention.version);
  }

  /** Starts the recording of an operation, under the active context unless another is given. */
  start(start: OperationStart, parent: Context = context.active()): Recording {
    const { operation, server, request } = start;
    // All that is known is there at creation: samplers decide by it, and it costs less than to add it.
    const attributes: Attributes = { [attribute.operation]: operation };
    if (start.kind !== 'internal') attributes[attribute.provider] = server.provider;
    if (typeof request.model === 'string') attributes[attribute.requestModel] = request.model;
    if (server.address !== undefined) {
      attributes[attribute.serverAddress] = server.address;
      if (server.port !== undefined) attributes[attribute.serverPort] = server.port;
    }
    this.writer.request(request, attributes);
    const { captureUserId, policy } = this.config;
    const own = getGenAIContext(parent);
    if (own) writeGenAIContext(own, (id) => policy.userId(id), attributes);
    if (captureUserId && typeof request.userId === 'string')
      attributes[attribute.userId] = policy.userId(request.userId);

    const span = this.tracer.startSpan(
      spanName(operation, request),
      { kind: start.kind === 'internal' ? SpanKind.INTERNAL : SpanKind.CLIENT, attributes },
      parent,
    );
    const recording = new Recording(this, start, span, attributes);
    recording.context = setRecording(trace.setSpan(parent, span), recording);
    return recording;
  }
}

/** Source: GenAI spans, span name of each operation. */
function spanName(operation: string, { model, tool, agent }: OperationRequest): string {
  const target = operation === 'execute_tool' ? tool?.name : operation.endsWith('_agent') ? agent?.name : model;
  if (operation === 'fetch_response' || typeof target !== 'string' || target === '') return operation;
  return `${operation} ${target}`;
}

import { type OperationResponse, type Recorder, type Recording, type Server, type Wire, wire } from '@genai-otel/core';
import { inputMessages, outputParts, toolDefinition } from '../responses/items.ts';
import { conversationId } from '../responses/request.ts';
import { isToolCall } from '../responses/response.ts';
import { textParts } from '../text.ts';
import { responseUsage } from '../usage.ts';

/** A response that the server works on. */
interface OpenResponse {
  recording: Recording;
  /** `event_id` of the `response.create`, where the application gave it one. */
  eventId: string | undefined;
  /** What is known of it so far. */
  known: Wire;
  clock: { received(now: number): void };
}

/** Server events that carry a piece of the answer. The first names are those of the beta. */
const CHUNKS = new Set([
  'response.text.delta',
  'response.audio.delta',
  'response.audio_transcript.delta',
  'response.output_text.delta',
  'response.output_audio.delta',
  'response.output_audio_transcript.delta',
  'response.function_call_arguments.delta',
]);

/**
 * The responses of one realtime connection. A response is asked for by the application with `response.create`, or started by the server
 * when it heard the end of a turn.
 *
 * Source: API reference, "Realtime", client events and server events.
 */
export class RealtimeSession {
  private readonly recorder: Recorder;
  private readonly server: Server;
  private model: string | undefined;
  private session: Wire = {};
  private conversation: string | undefined;
  /** Asked for, in order, and not yet created. */
  private readonly requested: OpenResponse[] = [];
  private readonly open = new Map<string, OpenResponse>();

  constructor(recorder: Recorder, server: Server, model: string | undefined) {
    this.recorder = recorder;
    this.server = server;
    this.model = model;
  }

  /** An event that the application sends. */
  sent(event: Wire): void {
    if (event.type === 'response.create')
      this.requested.push(this.begin(wire.object(event.response), wire.string(event.event_id)));
  }

  /** An event that the server sent. */
  received(event: Wire): void {
    const type = wire.string(event.type);
    switch (type) {
      case 'session.created':
      case 'session.updated':
        this.session = wire.object(event.session);
        this.model = wire.string(this.session.model) ?? this.model;
        return;
      case 'conversation.created':
        this.conversation = conversationId(event.conversation);
        return;
      case 'response.created': {
        const response = wire.object(event.response);
        const opened = this.requested.shift() ?? this.begin({});
        opened.known = response;
        this.open.set(wire.string(response.id) ?? '', opened);
        return;
      }
      case 'response.done':
        this.done(wire.object(event.response));
        return;
      case 'error':
        this.refused(wire.object(event.error));
        return;
    }
    if (type !== undefined && CHUNKS.has(type)) {
      this.open.get(wire.string(event.response_id) ?? '')?.clock.received(performance.now());
    }
  }

  /** The connection is gone. */
  closed(): void {
    for (const { recording } of [...this.requested, ...this.open.values()]) recording.cancel();
    this.requested.length = 0;
    this.open.clear();
  }

  /** Only an error before the response exists is the end of it; others are about single events. */
  private refused(error: Wire): void {
    const about = wire.string(error.event_id);
    const index = this.requested.findIndex(({ eventId }) => about === undefined || eventId === about);
    if (index >= 0) this.requested.splice(index, 1)[0]?.recording.fail(error);
  }

  private begin(request: Wire, eventId?: string): OpenResponse {
    const { session } = this;
    const modalities = wire.strings(
      request.output_modalities ?? request.modalities ?? session.output_modalities ?? session.modalities,
    );
    const instructions = wire.string(request.instructions) ?? wire.string(session.instructions);
    const tools = request.tools ?? session.tools;
    const maxTokens = request.max_output_tokens ?? request.max_response_output_tokens;
    const recording = this.recorder.start({
      operation: 'chat',
      server: this.server,
      request: {
        model: this.model,
        stream: true,
        maxTokens: wire.number(maxTokens),
        temperature: wire.number(request.temperature) ?? wire.number(session.temperature),
        outputType: modalities && (modalities.includes('audio') ? 'speech' : 'text'),
        conversationId: this.conversation,
        systemInstructions: () => textParts(instructions),
        inputMessages: () => inputMessages(request.input),
        toolDefinitions: () => wire.list(tools).map(toolDefinition),
      },
    });
    const opened: OpenResponse = { recording, eventId, known: {}, clock: { received: () => undefined } };
    opened.clock = recording.startStream(() => realtimeResponse(opened.known));
    return opened;
  }

  private done(response: Wire): void {
    const id = wire.string(response.id) ?? '';
    const opened = this.open.get(id);
    if (!opened) return;
    this.open.delete(id);
    opened.known = response;
    if (response.status === 'cancelled') opened.recording.cancel();
    else opened.recording.complete();
  }
}

function finishReason(body: Wire, detail: string | undefined): string | undefined {
  switch (body.status) {
    case 'completed':
      return wire.list(body.output).some(isToolCall) ? 'tool_call' : 'stop';
    case 'incomplete':
      return detail === 'max_output_tokens' ? 'length' : detail;
    case 'failed':
    case 'cancelled':
      return 'error';
    default:
      return undefined;
  }
}

/** API reference, `RealtimeResponse`. */
function realtimeResponse(body: Wire): OperationResponse {
  const status = wire.string(body.status);
  const details = wire.object(body.status_details);
  const error = wire.object(details.error);
  const detail = wire.string(details.reason);
  const reason = finishReason(body, detail);
  return {
    id: wire.string(body.id),
    status,
    conversationId: wire.string(body.conversation_id),
    finishReasons: reason ? [reason] : undefined,
    usage: responseUsage(body.usage),
    error:
      status === 'failed'
        ? { type: wire.string(error.code) ?? wire.string(error.type), message: wire.string(error.message) }
        : undefined,
    outputMessages: () => {
      const parts = outputParts(body.output);
      return parts.length === 0 ? [] : [{ role: 'assistant', parts, finish_reason: reason ?? 'error' }];
    },
  };
}

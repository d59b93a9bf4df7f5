import {
  type FoldOptions,
  type OperationMapping,
  type OperationResponse,
  type StreamFold,
  type Wire,
  wire,
} from '@genai-otel/core';
import { textParts, userMessages } from '../text.ts';
import { responseUsage } from '../usage.ts';

/** API reference, "Create speech". The answer is sound, which the application reads by itself. */
export const speech: OperationMapping<Wire, unknown> = {
  operation: 'generate_content',
  request: (params) => ({
    model: wire.string(params.model),
    outputType: 'speech',
    systemInstructions: () => textParts(params.instructions),
    inputMessages: () => userMessages(params.input),
  }),
  response: () => ({}),
  stream: () => new SpeechFold(),
};

/** API reference, "Create transcription" and "Create translation". */
export const transcription: OperationMapping<Wire, unknown> = {
  operation: 'generate_content',
  request: (params) => ({
    model: wire.string(params.model),
    temperature: wire.number(params.temperature),
    outputType: 'text',
    stream: params.stream === true,
    inputMessages: () => userMessages(params.prompt),
  }),
  response: transcriptionResponse,
  stream: (options) => new TranscriptionFold(options),
};

function transcriptionResponse(body: unknown): OperationResponse {
  const text = typeof body === 'string' ? body : wire.string(wire.object(body).text);
  return {
    // Transcriptions that are billed by their length report seconds, which are no tokens.
    usage: responseUsage(wire.object(body).usage),
    outputMessages: () =>
      text === undefined
        ? []
        : [{ role: 'assistant', parts: [{ type: 'text', content: text }], finish_reason: 'stop' }],
  };
}

/** API reference, "Transcription streaming events". */
class TranscriptionFold implements StreamFold<unknown> {
  complete = false;
  private readonly captureContent: boolean;
  private readonly text: string[] = [];
  private done: Wire = {};

  constructor({ captureContent }: FoldOptions) {
    this.captureContent = captureContent;
  }

  add(value: unknown): void {
    const event = wire.object(value);
    if (event.type === 'transcript.text.done') {
      this.done = event;
      this.complete = true;
    } else if (this.captureContent && event.type === 'transcript.text.delta' && typeof event.delta === 'string') {
      this.text.push(event.delta);
    }
  }

  response(): OperationResponse {
    const partial = this.text.length > 0 ? { text: this.text.join('') } : {};
    return transcriptionResponse(this.complete ? this.done : partial);
  }
}

/** API reference, "Speech streaming events": the last one carries the usage. */
class SpeechFold implements StreamFold<unknown> {
  complete = false;
  private usage: unknown;

  add(value: unknown): void {
    const event = wire.object(value);
    if (event.type !== 'speech.audio.done') return;
    this.usage = event.usage;
    this.complete = true;
  }

  response(): OperationResponse {
    return { usage: responseUsage(this.usage) };
  }
}

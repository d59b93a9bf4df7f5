import {
  type FoldOptions,
  type OperationMapping,
  type OperationResponse,
  type StreamFold,
  type Wire,
  wire,
} from '@genai-otel/core';
import { finishReason } from '../chat-completions/messages.ts';
import { servedBy } from '../service-tier.ts';
import { userMessages } from '../text.ts';
import { completionUsage } from '../usage.ts';

/** API reference, "Create completion" (legacy). */
export const completion: OperationMapping<Wire, Wire> = {
  operation: 'text_completion',
  request: (params) => ({
    model: wire.string(params.model),
    maxTokens: wire.number(params.max_tokens),
    choiceCount: wire.number(params.n),
    temperature: wire.number(params.temperature),
    topP: wire.number(params.top_p),
    frequencyPenalty: wire.number(params.frequency_penalty),
    presencePenalty: wire.number(params.presence_penalty),
    stopSequences: wire.strings(params.stop),
    seed: wire.number(params.seed),
    stream: params.stream === true,
    userId: wire.string(params.user),
    inputMessages: () => userMessages(params.prompt),
  }),
  response: completionResponse,
  stream: (options, params) => new CompletionFold(options, params),
};

function completionResponse(body: Wire): OperationResponse {
  const choices = wire.list(body.choices).map(wire.object);
  return {
    id: wire.string(body.id),
    model: wire.string(body.model),
    finishReasons: choices.map((choice) => wire.string(choice.finish_reason) ?? 'error'),
    usage: completionUsage(body.usage),
    attributes: servedBy(body),
    outputMessages: () =>
      choices.map((choice) => ({
        role: 'assistant',
        parts: [{ type: 'text', content: wire.string(choice.text) ?? '' }],
        finish_reason: finishReason(choice.finish_reason),
      })),
  };
}

/** Chunks have the shape of the whole completion, with a piece of the text of each choice. */
class CompletionFold implements StreamFold<unknown> {
  private readonly captureContent: boolean;
  private readonly expectsUsage: boolean;
  private readonly choiceCount: number;
  private readonly choices = new Map<number, { text: string[]; finish_reason: string | undefined }>();
  private body: Wire = {};
  private usage: unknown;

  constructor({ captureContent }: FoldOptions, params: Wire) {
    this.captureContent = captureContent;
    this.expectsUsage = wire.object(params.stream_options).include_usage === true;
    // A list of prompts has as many choices for each of them.
    this.choiceCount = (wire.number(params.n) ?? 1) * Math.max(1, wire.strings(params.prompt)?.length ?? 1);
  }

  get complete(): boolean {
    if (this.choices.size < this.choiceCount || (this.expectsUsage && !this.usage)) return false;
    for (const choice of this.choices.values()) if (choice.finish_reason === undefined) return false;
    return true;
  }

  add(value: unknown): void {
    const chunk = wire.object(value);
    if (chunk.id !== undefined) this.body = chunk;
    this.usage = chunk.usage ?? this.usage;
    for (const value of wire.list(chunk.choices)) {
      const delta = wire.object(value);
      const index = wire.number(delta.index) ?? 0;
      const choice = this.choices.get(index) ?? { text: [], finish_reason: undefined };
      this.choices.set(index, choice);
      choice.finish_reason = wire.string(delta.finish_reason) ?? choice.finish_reason;
      if (this.captureContent && typeof delta.text === 'string') choice.text.push(delta.text);
    }
  }

  response(): OperationResponse {
    const indices = [...this.choices.keys()].sort((a, b) => a - b);
    const choices = indices.map((index) => {
      const choice = this.choices.get(index);
      return { text: choice?.text.join(''), finish_reason: choice?.finish_reason };
    });
    return completionResponse({ ...this.body, usage: this.usage, choices });
  }
}

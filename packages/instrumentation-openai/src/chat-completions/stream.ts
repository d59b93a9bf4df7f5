import { type FoldOptions, type OperationResponse, type StreamFold, type Wire, wire } from '@genai-otel/core';
import { chatCompletionResponse } from './response.ts';

/** A choice that is being put together from its deltas. */
interface Choice {
  role: string | undefined;
  finishReason: string | undefined;
  content: string[];
  refusal: string[];
  reasoning: string[];
  toolCalls: Map<number, ToolCall>;
  functionCall: ToolCall | undefined;
  audio: { id: string | undefined; data: string[]; transcript: string[] } | undefined;
}

interface ToolCall {
  id: string | undefined;
  type: string | undefined;
  name: string;
  arguments: string[];
}

/** API reference, "The chat completion chunk object": deltas of several choices and tool calls may come interleaved. */
export class ChatCompletionFold implements StreamFold<unknown> {
  private readonly captureContent: boolean;
  private readonly expectsUsage: boolean;
  private readonly choiceCount: number;
  private readonly choices = new Map<number, Choice>();
  /** The fields beside the choices, as the last chunk that has them gives them. */
  private id: unknown;
  private model: unknown;
  private usage: unknown;
  private serviceTier: unknown;
  private systemFingerprint: unknown;

  constructor({ captureContent }: FoldOptions, params: Wire) {
    this.captureContent = captureContent;
    this.expectsUsage = wire.object(params.stream_options).include_usage === true;
    this.choiceCount = wire.number(params.n) ?? 1;
  }

  get complete(): boolean {
    if (this.choices.size < this.choiceCount || (this.expectsUsage && !this.usage)) return false;
    for (const choice of this.choices.values()) if (choice.finishReason === undefined) return false;
    return true;
  }

  add(value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    const chunk = value as Wire;
    // Azure's first chunk, of filter results alone, has empty ones.
    this.id ||= chunk.id;
    this.model ||= chunk.model;
    this.serviceTier = chunk.service_tier ?? this.serviceTier;
    this.systemFingerprint ??= chunk.system_fingerprint;
    // Groq wraps the usage of a stream once more.
    this.usage = chunk.usage ?? wire.object(chunk.x_groq).usage ?? this.usage;
    const { choices } = chunk;
    if (Array.isArray(choices)) for (const choice of choices) this.addChoice(wire.object(choice));
  }

  private addChoice(delta: Wire): void {
    const index = wire.number(delta.index) ?? 0;
    let choice = this.choices.get(index);
    if (choice === undefined) {
      choice = {
        role: undefined,
        finishReason: undefined,
        content: [],
        refusal: [],
        reasoning: [],
        toolCalls: new Map(),
        functionCall: undefined,
        audio: undefined,
      };
      this.choices.set(index, choice);
    }
    const reason = delta.finish_reason;
    if (typeof reason === 'string') choice.finishReason = reason;
    if (this.captureContent) addDelta(choice, wire.object(delta.delta));
  }

  response(): OperationResponse {
    const indices = [...this.choices.keys()].sort((a, b) => a - b);
    const response = chatCompletionResponse({
      id: this.id,
      model: this.model,
      usage: this.usage,
      service_tier: this.serviceTier,
      system_fingerprint: this.systemFingerprint,
      choices: indices.map((index) => asChoice(this.choices.get(index) as Choice)),
    });
    return response;
  }
}

function addDelta(choice: Choice, delta: Wire): void {
  choice.role ??= wire.string(delta.role);
  append(choice.content, delta.content);
  append(choice.refusal, delta.refusal);
  append(choice.reasoning, delta.reasoning_content ?? delta.reasoning);
  if (delta.function_call) addFunctionCall(choice, wire.object(delta.function_call));
  if (delta.audio) addAudio(choice, wire.object(delta.audio));
  const { tool_calls: toolCalls } = delta;
  if (!Array.isArray(toolCalls)) return;
  for (const part of toolCalls) addToolCall(choice.toolCalls, wire.object(part));
}

function addFunctionCall(choice: Choice, part: Wire): void {
  choice.functionCall ??= { id: undefined, type: undefined, name: '', arguments: [] };
  choice.functionCall.name += wire.string(part.name) ?? '';
  append(choice.functionCall.arguments, part.arguments);
}

function addAudio(choice: Choice, part: Wire): void {
  choice.audio ??= { id: undefined, data: [], transcript: [] };
  choice.audio.id ??= wire.string(part.id);
  append(choice.audio.data, part.data);
  append(choice.audio.transcript, part.transcript);
}

function addToolCall(calls: Map<number, ToolCall>, part: Wire): void {
  const index = wire.number(part.index) ?? calls.size;
  let call = calls.get(index);
  if (call === undefined) {
    call = { id: undefined, type: undefined, name: '', arguments: [] };
    calls.set(index, call);
  }
  call.id ??= wire.string(part.id);
  call.type ??= wire.string(part.type);
  const body = wire.object(part.function ?? part.custom);
  call.name += wire.string(body.name) ?? '';
  append(call.arguments, body.arguments ?? body.input);
}

function append(pieces: string[], piece: unknown): void {
  if (typeof piece === 'string' && piece !== '') pieces.push(piece);
}

function asChoice(choice: Choice): Wire {
  return {
    finish_reason: choice.finishReason,
    message: {
      role: choice.role,
      content: choice.content.length > 0 ? choice.content.join('') : undefined,
      refusal: choice.refusal.length > 0 ? choice.refusal.join('') : undefined,
      reasoning_content: choice.reasoning.length > 0 ? choice.reasoning.join('') : undefined,
      function_call: choice.functionCall && {
        name: choice.functionCall.name,
        arguments: choice.functionCall.arguments.join(''),
      },
      audio: choice.audio && {
        id: choice.audio.id,
        // Each piece is base64 by itself, padding and all: they cannot simply be joined.
        data: Buffer.concat(choice.audio.data.map((piece) => Buffer.from(piece, 'base64'))).toString('base64'),
        transcript: choice.audio.transcript.join(''),
      },
      tool_calls: [...choice.toolCalls.values()].map((call) => ({
        id: call.id,
        type: call.type,
        function: { name: call.name, arguments: call.arguments.join('') },
      })),
    },
  };
}

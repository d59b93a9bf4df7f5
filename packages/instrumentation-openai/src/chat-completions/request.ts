import { type OperationRequest, type Wire, wire } from '@genai-otel/core';
import { requestedServiceTier } from '../service-tier.ts';
import { inputMessage, toolDefinition } from './messages.ts';

/** API reference, "Create chat completion", request body. */
export function chatCompletionRequest(params: Wire): OperationRequest {
  return {
    model: wire.string(params.model),
    maxTokens: wire.number(params.max_completion_tokens) ?? wire.number(params.max_tokens),
    choiceCount: wire.number(params.n),
    temperature: wire.number(params.temperature),
    topP: wire.number(params.top_p),
    frequencyPenalty: wire.number(params.frequency_penalty),
    presencePenalty: wire.number(params.presence_penalty),
    stopSequences: wire.strings(params.stop),
    seed: wire.number(params.seed),
    stream: params.stream === true,
    outputType: outputType(params),
    reasoningLevel: wire.string(params.reasoning_effort),
    userId: wire.string(params.safety_identifier) ?? wire.string(params.user),
    attributes: { 'openai.api.type': 'chat_completions', ...requestedServiceTier(params) },
    inputMessages: () => wire.list(params.messages).map(inputMessage),
    toolDefinitions: () => [
      ...wire.list(params.tools).map(toolDefinition),
      // The older form of the same.
      ...wire.list(params.functions).map(toolDefinition),
    ],
  };
}

const OUTPUT_TYPES = new Map<string, string>([
  ['text', 'text'],
  ['json_object', 'json'],
  ['json_schema', 'json'],
]);

function outputType(params: Wire): string | undefined {
  const format = wire.string(wire.object(params.response_format).type);
  if (format !== undefined) return OUTPUT_TYPES.get(format);
  return wire.list(params.modalities).includes('audio') ? 'speech' : undefined;
}

import { type MessagePart, type OperationRequest, type Wire, wire } from '@genai-otel/core';
import { requestedServiceTier } from '../service-tier.ts';
import { inputMessages, toolDefinition } from './items.ts';

/** API reference, "Create a model response", request body. */
export function responseRequest(params: Wire): OperationRequest {
  const prompt = wire.object(params.prompt);
  return {
    model: wire.string(params.model),
    maxTokens: wire.number(params.max_output_tokens),
    temperature: wire.number(params.temperature),
    topP: wire.number(params.top_p),
    stream: params.stream === true,
    outputType: outputType(params),
    reasoningLevel: wire.string(wire.object(params.reasoning).effort),
    previousResponseId: wire.string(params.previous_response_id),
    conversationId: conversationId(params.conversation),
    promptName: wire.string(prompt.id),
    promptVersion: wire.string(prompt.version),
    userId: wire.string(params.safety_identifier) ?? wire.string(params.user),
    attributes: { 'openai.api.type': 'responses', ...requestedServiceTier(params) },
    systemInstructions: () => instructions(params.instructions),
    inputMessages: () => inputMessages(params.input),
    toolDefinitions: () => wire.list(params.tools).map(toolDefinition),
  };
}

/** A conversation is named by its id, or given as an object. */
export const conversationId = (value: unknown): string | undefined =>
  wire.string(value) ?? wire.string(wire.object(value).id);

const OUTPUT_TYPES = new Map<string, string>([
  ['text', 'text'],
  ['json_object', 'json'],
  ['json_schema', 'json'],
]);

function outputType(params: Wire): string | undefined {
  const format = wire.string(wire.object(wire.object(params.text).format).type);
  return format === undefined ? undefined : OUTPUT_TYPES.get(format);
}

function instructions(value: unknown): MessagePart[] | undefined {
  if (typeof value === 'string') return value === '' ? undefined : [{ type: 'text', content: value }];
  // A stored prompt expands to messages.
  const messages = inputMessages(value);
  return messages.length > 0 ? messages.flatMap(({ parts }) => parts) : undefined;
}

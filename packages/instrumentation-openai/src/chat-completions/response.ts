import { type OperationResponse, type OutputMessage, type Wire, wire } from '@genai-otel/core';
import { servedBy } from '../service-tier.ts';
import { completionUsage } from '../usage.ts';
import { finishReason, messageParts } from './messages.ts';

/** API reference, "The chat completion object". */
export function chatCompletionResponse(body: Wire): OperationResponse {
  const choices = wire.list(body.choices).map(wire.object);
  return {
    id: wire.string(body.id),
    model: wire.string(body.model),
    finishReasons: choices.map((choice) => wire.string(choice.finish_reason) ?? 'error'),
    usage: completionUsage(body.usage),
    serviceTier: wire.string(body.service_tier),
    attributes: servedBy(body),
    outputMessages: () => choices.map(outputMessage),
  };
}

function outputMessage(choice: Wire): OutputMessage {
  const message = wire.object(choice.message);
  return {
    role: wire.string(message.role) ?? 'assistant',
    parts: messageParts(message),
    finish_reason: finishReason(choice.finish_reason),
  };
}

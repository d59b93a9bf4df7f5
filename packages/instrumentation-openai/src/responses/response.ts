import { type FinishReason, type OperationResponse, type OutputMessage, type Wire, wire } from '@genai-otel/core';
import { servedBy } from '../service-tier.ts';
import { responseUsage } from '../usage.ts';
import { outputParts } from './items.ts';
import { conversationId } from './request.ts';

/** API reference, "The response object". */
export function responseBody(body: Wire): OperationResponse {
  const reason = finishReason(body);
  const error = body.error ? wire.object(body.error) : undefined;
  return {
    id: wire.string(body.id),
    model: wire.string(body.model),
    status: wire.string(body.status),
    finishReasons: reason === undefined ? undefined : [reason],
    usage: responseUsage(body.usage),
    conversationId: conversationId(body.conversation),
    serviceTier: wire.string(body.service_tier),
    error:
      error || body.status === 'failed'
        ? { type: wire.string(error?.code) ?? 'server_error', message: wire.string(error?.message) }
        : undefined,
    attributes: servedBy(body),
    outputMessages: () => outputMessages(body, reason),
  };
}

const INCOMPLETE_REASONS = new Map<string, FinishReason>([['max_output_tokens', 'length']]);

/** Source: OpenAI convention, fetch response span: the stop reason of a response follows from its status. */
function finishReason(body: Wire): FinishReason | undefined {
  switch (body.status) {
    case 'completed':
      return wire.list(body.output).some(isToolCall) ? 'tool_call' : 'stop';
    case 'incomplete': {
      const reason = wire.string(wire.object(body.incomplete_details).reason);
      return reason === undefined ? 'error' : (INCOMPLETE_REASONS.get(reason) ?? reason);
    }
    case 'failed':
    case 'cancelled':
      return 'error';
    default:
      return undefined;
  }
}

/** Whether the model waits for the application to run a tool. */
export function isToolCall(item: unknown): boolean {
  const { type } = wire.object(item);
  return type === 'function_call' || type === 'custom_tool_call';
}

function outputMessages(body: Wire, reason: FinishReason | undefined): OutputMessage[] | undefined {
  const parts = outputParts(body.output);
  if (parts.length === 0 && reason === undefined) return undefined;
  return [{ role: 'assistant', parts, finish_reason: reason ?? 'error' }];
}

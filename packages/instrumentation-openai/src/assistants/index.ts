import {
  type OperationMapping,
  type OperationRequest,
  type OperationResponse,
  type StreamFold,
  type Wire,
  wire,
} from '@genai-otel/core';
import { inputMessage, toolDefinition } from '../chat-completions/messages.ts';
import { textParts } from '../text.ts';
import { completionUsage } from '../usage.ts';

/**
 * API reference, "Runs" of the Assistants API: a hosted agent works on a thread. The call names the thread and the assistant; a run that
 * is still going when the call returns has no usage yet.
 */
export const assistantRun: OperationMapping<Wire, Wire> = {
  operation: 'invoke_agent',
  request: runRequest,
  response: runResponse,
  stream: () => new RunFold(),
};

function runRequest(params: Wire): OperationRequest {
  const thread = wire.object(params.thread);
  return {
    model: wire.string(params.model),
    maxTokens: wire.number(params.max_completion_tokens),
    temperature: wire.number(params.temperature),
    topP: wire.number(params.top_p),
    conversationId: wire.string(params.thread_id),
    agent: { id: wire.string(params.assistant_id) },
    systemInstructions: () => textParts(params.instructions ?? params.additional_instructions),
    inputMessages: () => [...wire.list(thread.messages), ...wire.list(params.additional_messages)].map(inputMessage),
    toolDefinitions: () => wire.list(params.tools).map(toolDefinition),
  };
}

/** API reference, "The run object". */
function runResponse(run: Wire): OperationResponse {
  const error = run.last_error ? wire.object(run.last_error) : undefined;
  return {
    id: wire.string(run.id),
    model: wire.string(run.model),
    conversationId: wire.string(run.thread_id),
    agent: { id: wire.string(run.assistant_id) },
    usage: completionUsage(run.usage),
    finishReasons: finishReasons(run),
    error:
      run.status === 'failed'
        ? { type: wire.string(error?.code) ?? 'server_error', message: wire.string(error?.message) }
        : undefined,
  };
}

const FINISH_REASONS = new Map<string, string>([
  ['completed', 'stop'],
  ['requires_action', 'tool_call'],
  ['failed', 'error'],
  ['cancelled', 'error'],
  ['expired', 'error'],
]);

function finishReasons(run: Wire): string[] | undefined {
  const status = wire.string(run.status);
  if (status === 'incomplete') {
    const reason = wire.string(wire.object(run.incomplete_details).reason);
    return [reason === 'max_completion_tokens' ? 'length' : (reason ?? 'error')];
  }
  const reason = status && FINISH_REASONS.get(status);
  return reason ? [reason] : undefined;
}

/** API reference, "Assistant stream events": each run event carries the whole run. */
class RunFold implements StreamFold<unknown> {
  complete = false;
  private run: Wire = {};

  add(value: unknown): void {
    const event = wire.object(value);
    const name = wire.string(event.event) ?? '';
    if (!name.startsWith('thread.run.') || name.startsWith('thread.run.step')) return;
    this.run = wire.object(event.data);
    this.complete = finishReasons(this.run) !== undefined;
  }

  response(): OperationResponse {
    return runResponse(this.run);
  }
}

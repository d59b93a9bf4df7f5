import { type OperationMapping, type Wire, wire } from '@genai-otel/core';
import { chatCompletionResponse } from './response.ts';

/** API reference, "Get chat completion": a stored one, whose usage was counted when it was made. */
export const storedCompletion: OperationMapping<Wire, Wire> = {
  operation: 'fetch_response',
  request: (params) => {
    const id = wire.string(params.id);
    return {
      attributes: { 'openai.api.type': 'chat_completions', ...(id !== undefined && { 'gen_ai.response.id': id }) },
    };
  },
  response: (body) => {
    const { usage: _counted, ...response } = chatCompletionResponse(body);
    return response;
  },
};

import type { OperationMapping, Wire } from '@genai-otel/core';
import { chatCompletionRequest } from './request.ts';
import { chatCompletionResponse } from './response.ts';
import { ChatCompletionFold } from './stream.ts';

/** API reference, "Create chat completion". */
export const chatCompletion: OperationMapping<Wire, Wire> = {
  operation: 'chat',
  request: chatCompletionRequest,
  response: chatCompletionResponse,
  stream: (options, params) => new ChatCompletionFold(options, params),
};

import type { OperationRequest, OperationResponse, Wire } from '@genai-otel/core';
import { wire } from '@genai-otel/core';
import { responseBody } from './response.ts';

/** API reference, "Get a model response": the id, and the query. */
export function fetchRequest(params: Wire): OperationRequest {
  return {
    stream: params.stream === true,
    streamCursor: cursor(params.starting_after),
    attributes: {
      'openai.api.type': 'responses',
      ...(typeof params.id === 'string' && { 'gen_ai.response.id': params.id }),
    },
  };
}

const cursor = (value: unknown): string | undefined => {
  const position = wire.number(value);
  return position === undefined ? undefined : String(position);
};

/** Responses that were started in the background by this process, and whose usage nobody has seen yet. */
const uncounted = new Set<string>();
const UNCOUNTED_LIMIT = 10_000;

/** Remembers a response that goes on in the background: its usage is there when it is fetched. */
export function rememberBackground(params: Wire, { id, usage }: OperationResponse): void {
  if (params.background !== true || id === undefined || usage !== undefined) return;
  if (uncounted.size < UNCOUNTED_LIMIT) uncounted.add(id);
}

/**
 * A fetched response has been counted where it was made, so its usage is left out. One that ran in the background is counted the first
 * time that it is seen finished.
 */
export function fetchedResponse(body: Wire): OperationResponse {
  return countOnce(responseBody(body));
}

/** See {@link fetchedResponse}. */
export function countOnce({ usage, ...response }: OperationResponse): OperationResponse {
  const isFirst = usage !== undefined && response.id !== undefined && uncounted.delete(response.id);
  return isFirst ? { ...response, usage } : response;
}

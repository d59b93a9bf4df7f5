import type { OperationMapping, OperationResponse, StreamFold, Wire } from '@genai-otel/core';
import { countOnce, fetchedResponse, fetchRequest, rememberBackground } from './fetch.ts';
import { responseRequest } from './request.ts';
import { responseBody } from './response.ts';
import { ResponseFold } from './stream.ts';

/** API reference, "Create a model response". */
export const response: OperationMapping<Wire, Wire> = {
  operation: 'chat',
  request: responseRequest,
  response: (body, params) => remembered(params, responseBody(body)),
  stream: (options, params) => {
    const fold = new ResponseFold(options);
    return view(fold, (known) => remembered(params, known));
  },
};

/** API reference, "Get a model response", also as a stream that is taken up again. */
export const fetchResponse: OperationMapping<Wire, Wire> = {
  operation: 'fetch_response',
  request: fetchRequest,
  response: fetchedResponse,
  stream: (options) => view(new ResponseFold(options), countOnce),
};

function remembered(params: Wire, known: OperationResponse): OperationResponse {
  rememberBackground(params, known);
  return known;
}

/** A fold whose response is looked at through `change`. */
function view(fold: ResponseFold, change: (known: OperationResponse) => OperationResponse): StreamFold<unknown> {
  return {
    add: (event) => fold.add(event),
    response: () => change(fold.response()),
    get complete() {
      return fold.complete;
    },
  };
}

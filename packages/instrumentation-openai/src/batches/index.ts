import { type OperationMapping, type OperationResponse, type Wire, wire } from '@genai-otel/core';

/** API reference, "Create batch". The convention has no operation for batches, so they carry the method's name. */
export const createBatch: OperationMapping<Wire, Wire> = {
  operation: 'create_batch',
  request: () => ({}),
  response: batchResponse,
};

/** API reference, "Retrieve batch". */
export const retrieveBatch: OperationMapping<Wire, Wire> = {
  operation: 'retrieve_batch',
  request: () => ({}),
  response: batchResponse,
};

/** API reference, "Cancel batch". */
export const cancelBatch: OperationMapping<Wire, Wire> = {
  operation: 'cancel_batch',
  request: () => ({}),
  response: batchResponse,
};

/** API reference, "The batch object". A batch that failed is no failure of the request that tells so. */
function batchResponse(body: Wire): OperationResponse {
  const counts = wire.object(body.request_counts);
  return {
    id: wire.string(body.id),
    model: wire.string(body.model),
    attributes: {
      ...attribute('genai_otel.batch.status', wire.string(body.status)),
      ...attribute('genai_otel.batch.endpoint', wire.string(body.endpoint)),
      ...attribute('genai_otel.batch.requests.total', wire.number(counts.total)),
      ...attribute('genai_otel.batch.requests.completed', wire.number(counts.completed)),
      ...attribute('genai_otel.batch.requests.failed', wire.number(counts.failed)),
    },
  };
}

const attribute = (name: string, value: string | number | undefined): Record<string, string | number> =>
  value === undefined ? {} : { [name]: value };

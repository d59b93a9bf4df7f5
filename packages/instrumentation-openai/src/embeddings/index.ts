import { type OperationMapping, type Wire, wire } from '@genai-otel/core';
import { userMessages } from '../text.ts';
import { completionUsage } from '../usage.ts';

/** API reference, "Create embeddings". */
export const embedding: OperationMapping<Wire, Wire> = {
  operation: 'embeddings',
  request: (params) => ({
    model: wire.string(params.model),
    dimensionCount: wire.number(params.dimensions),
    encodingFormats: wire.strings(params.encoding_format),
    userId: wire.string(params.user),
    inputMessages: () => userMessages(params.input),
  }),
  response: (body) => ({
    model: wire.string(body.model),
    usage: completionUsage(body.usage),
    dimensionCount: vectorLength(body.data),
  }),
};

function vectorLength(data: unknown): number | undefined {
  const { embedding: vector } = wire.object(wire.list(data)[0]);
  // A vector in base64 has not been decoded yet only where the application asked for that.
  return Array.isArray(vector) || vector instanceof Float32Array ? vector.length : undefined;
}

import { type Wire, wire } from '@genai-otel/core';

/** A request that also asks for the usage of its stream, or nothing if it does so already or does not stream. */
export function withStreamUsage(params: Wire): Wire | undefined {
  const options = wire.object(params.stream_options);
  if (params.stream !== true || options.include_usage !== undefined) return undefined;
  return { ...params, stream_options: { ...options, include_usage: true } };
}

/**
 * Whether a chunk is there for the usage alone: it has no choices. Where a provider puts the usage into a chunk with choices, the
 * application gets that chunk as it is.
 */
export function isUsageChunk(value: unknown): boolean {
  const chunk = wire.object(value);
  return Array.isArray(chunk.choices) && chunk.choices.length === 0 && wire.object(chunk.usage) === chunk.usage;
}

import { type Wire, wire } from '@genai-otel/core';

/** Source: OpenAI convention, `openai.request.service_tier`: every tier but `auto`, which is the default. */
export function requestedServiceTier(params: Wire): Record<string, string> | undefined {
  const tier = wire.string(params.service_tier);
  return tier === undefined || tier === 'auto' ? undefined : { 'openai.request.service_tier': tier };
}

/** Source: OpenAI convention, what a response says of how it was served. */
export function servedBy(body: Wire): Record<string, string> {
  const tier = wire.string(body.service_tier);
  const fingerprint = wire.string(body.system_fingerprint);
  return {
    ...(tier !== undefined && { 'openai.response.service_tier': tier }),
    ...(fingerprint !== undefined && { 'openai.response.system_fingerprint': fingerprint }),
  };
}

import type { ResponseMetadata } from '@genai-otel/core';

const count = (value: string | null): number | undefined => {
  if (value === null || !/^\d+$/.test(value)) return undefined;
  const parsed = Number(value);
  return Number.isSafeInteger(parsed) ? parsed : undefined;
};

/**
 * What the headers of a response tell. Source: API reference, "Debugging requests" and "Rate limits in headers"; Azure names its
 * request id otherwise.
 */
export function responseMetadata(status: number, headers: Headers): ResponseMetadata {
  return {
    status,
    requestId: headers.get('x-request-id') ?? headers.get('apim-request-id') ?? undefined,
    rateLimit: () => ({
      remainingRequests: count(headers.get('x-ratelimit-remaining-requests')),
      remainingTokens: count(headers.get('x-ratelimit-remaining-tokens')),
    }),
  };
}

import { type Usage, type Wire, wire } from '@genai-otel/core';

/** API reference, `CompletionUsage`: input and output are totals, the details are parts of them. */
export function completionUsage(value: unknown): Usage | undefined {
  const usage = wire.object(value);
  const inputTokens = wire.number(usage.prompt_tokens);
  const outputTokens = wire.number(usage.completion_tokens);
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  const input = wire.object(usage.prompt_tokens_details);
  const output = wire.object(usage.completion_tokens_details);
  return {
    inputTokens,
    outputTokens,
    // DeepSeek reports its cache beside the details.
    cacheReadInputTokens: wire.number(input.cached_tokens) ?? wire.number(usage.prompt_cache_hit_tokens),
    cacheWriteInputTokens: wire.number(input.cache_write_tokens),
    reasoningOutputTokens: wire.number(output.reasoning_tokens),
    modalities: modalities(input, output),
  };
}

/** API reference, `ResponseUsage`; images and transcriptions report the same shape. */
export function responseUsage(value: unknown): Usage | undefined {
  const usage = wire.object(value);
  const inputTokens = wire.number(usage.input_tokens);
  const outputTokens = wire.number(usage.output_tokens);
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  const input = wire.object(usage.input_tokens_details ?? usage.input_token_details);
  const output = wire.object(usage.output_tokens_details ?? usage.output_token_details);
  return {
    inputTokens,
    outputTokens,
    cacheReadInputTokens: wire.number(input.cached_tokens),
    cacheWriteInputTokens: wire.number(input.cache_write_tokens),
    reasoningOutputTokens: wire.number(output.reasoning_tokens),
    modalities: modalities(input, output),
  };
}

/** Parts by modality. The API reports zeros for media that a request has nothing of: they split nothing. */
function modalities(input: Wire, output: Wire): Usage['modalities'] {
  if (!(input.audio_tokens || output.audio_tokens || input.image_tokens || output.image_tokens)) return undefined;
  const cached = wire.object(input.cached_tokens_details);
  const part = (field: 'text_tokens' | 'image_tokens' | 'audio_tokens') => ({
    inputTokens: wire.number(input[field]),
    outputTokens: wire.number(output[field]),
    cacheReadInputTokens: wire.number(cached[field]),
  });
  return { text: part('text_tokens'), image: part('image_tokens'), audio: part('audio_tokens') };
}

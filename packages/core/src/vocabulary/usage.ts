/** Token counts of one kind of media. */
export interface ModalityUsage {
  /** Input tokens of this modality, cached ones included. */
  inputTokens?: number | undefined;
  /** Output tokens of this modality. */
  outputTokens?: number | undefined;
  /** The part of `inputTokens` that came from a cache. */
  cacheReadInputTokens?: number | undefined;
}

/** The modalities that the convention gives names to. */
export type Modality = 'text' | 'image' | 'audio';

/**
 * What the provider counted for one operation, in tokens. A count that the provider did not report stays `undefined`:
 * nothing is estimated.
 *
 * Source: GenAI spans, `gen_ai.usage.*`.
 */
export interface Usage {
  /** All input tokens, whatever the provider's arithmetic: cached ones and cache writes are included. */
  inputTokens?: number | undefined;
  /** All output tokens, reasoning included. */
  outputTokens?: number | undefined;
  /** The part of `inputTokens` that was read from a cache. */
  cacheReadInputTokens?: number | undefined;
  /** The part of `inputTokens` that was written to a cache. */
  cacheWriteInputTokens?: number | undefined;
  /** The part of `outputTokens` that was spent on reasoning. */
  reasoningOutputTokens?: number | undefined;
  /** Parts of the totals by modality, where the provider gives them. */
  modalities?: Partial<Record<Modality, ModalityUsage>> | undefined;
}

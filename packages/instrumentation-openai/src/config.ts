import type { GenAIInstrumentationConfig } from '@genai-otel/core';

/** Options of {@link OpenAIInstrumentation}. */
export interface OpenAIInstrumentationConfig extends GenAIInstrumentationConfig {
  /**
   * Asks for the usage of streamed chat completions and completions where the application did not, with
   * `stream_options.include_usage`, and keeps the extra chunk from the application. Changes what is sent. Default false: such a stream
   * has no usage.
   */
  injectStreamUsage?: boolean;
}

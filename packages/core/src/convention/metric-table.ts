import type { ConventionVersion } from './attribute-table.ts';

/** Source: GenAI metrics, advised bucket boundaries of durations, in seconds. */
const DURATION_BUCKETS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];

/** Source: GenAI metrics, advised bucket boundaries of token counts. */
const TOKEN_BUCKETS = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];

/** Ours, in US dollars: a cent's fraction for an embedding up to tens of dollars for a long agent run. */
const COST_BUCKETS = [0.00001, 0.0001, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 50];

/** One histogram as the convention advises it. */
export interface HistogramDefinition {
  name: string;
  unit: string;
  description: string;
  buckets: readonly number[];
  valueType: 'int' | 'double';
}

const seconds = (name: string, description: string): HistogramDefinition => ({
  name,
  unit: 's',
  description,
  buckets: DURATION_BUCKETS,
  valueType: 'double',
});

/** The metrics of one convention version. */
export interface MetricTable {
  /** Duration of chat, generate_content and text_completion. */
  inferenceDuration: HistogramDefinition;
  /** Duration of every other operation against a provider. */
  operationDuration: HistogramDefinition;
  timeToFirstChunk: HistogramDefinition;
  timePerOutputChunk: HistogramDefinition;
  executeToolDuration: HistogramDefinition;
  tokenUsage: HistogramDefinition | undefined;
  /** Latest only: token distributions of one call. */
  operationTokens: Record<'input' | 'output', HistogramDefinition> | undefined;
  /** Latest only: counters of tokens. */
  usageCounters: Record<TokenCounter, { name: string; description: string }> | undefined;
}

export type TokenCounter = 'input' | 'output' | 'cacheRead' | 'cacheWrite' | 'reasoning';

const executeToolDuration = seconds('gen_ai.execute_tool.duration', 'Duration of a tool call.');

const operationDuration = seconds('gen_ai.client.operation.duration', 'GenAI operation duration.');

export const metricTables: Record<ConventionVersion, MetricTable> = {
  '1.41.0': {
    inferenceDuration: operationDuration,
    operationDuration,
    timeToFirstChunk: seconds(
      'gen_ai.client.operation.time_to_first_chunk',
      'Time from issuing the request to receiving the first chunk of the response stream.',
    ),
    timePerOutputChunk: seconds(
      'gen_ai.client.operation.time_per_output_chunk',
      'Time between the end of one chunk and the end of the next, for each chunk after the first.',
    ),
    // 1.41.0 itself has no metric for tools; this is the name that the convention gave it next, and kept.
    executeToolDuration,
    tokenUsage: {
      name: 'gen_ai.client.token.usage',
      unit: '{token}',
      description: 'Number of input and output tokens used.',
      buckets: TOKEN_BUCKETS,
      valueType: 'int',
    },
    operationTokens: undefined,
    usageCounters: undefined,
  },
  latest: {
    inferenceDuration: seconds('gen_ai.client.inference.duration', 'GenAI inference duration.'),
    operationDuration,
    timeToFirstChunk: seconds(
      'gen_ai.client.inference.time_to_first_chunk',
      'Time from issuing the request to receiving the first chunk of the response stream.',
    ),
    timePerOutputChunk: seconds(
      'gen_ai.client.inference.time_per_output_chunk',
      'Time between the end of one chunk and the end of the next, for each chunk after the first.',
    ),
    executeToolDuration,
    tokenUsage: undefined,
    operationTokens: {
      input: {
        name: 'gen_ai.client.inference.operation.input_tokens',
        unit: '{token}',
        description: 'Number of input tokens of one operation.',
        buckets: TOKEN_BUCKETS,
        valueType: 'int',
      },
      output: {
        name: 'gen_ai.client.inference.operation.output_tokens',
        unit: '{token}',
        description: 'Number of output tokens of one operation.',
        buckets: TOKEN_BUCKETS,
        valueType: 'int',
      },
    },
    usageCounters: {
      input: {
        name: 'gen_ai.client.inference.usage.input_tokens',
        description: 'Number of input tokens used, cached ones included.',
      },
      output: {
        name: 'gen_ai.client.inference.usage.output_tokens',
        description: 'Number of output tokens used, reasoning included.',
      },
      cacheRead: {
        name: 'gen_ai.client.inference.usage.cache_read.input_tokens',
        description: 'Number of input tokens read from a cache.',
      },
      cacheWrite: {
        name: 'gen_ai.client.inference.usage.cache_write.input_tokens',
        description: 'Number of input tokens written to a cache.',
      },
      reasoning: {
        name: 'gen_ai.client.inference.usage.reasoning.output_tokens',
        description: 'Number of output tokens spent on reasoning.',
      },
    },
  },
};

/** Ours: what a production guide asks for and the convention has no metric for. */
export const ownMetrics = {
  cost: {
    name: 'genai_otel.client.operation.cost',
    unit: 'USD',
    description: 'Price of the operation in US dollars, where the price of the model is known.',
    buckets: COST_BUCKETS,
    valueType: 'double',
  } satisfies HistogramDefinition,
  active: {
    name: 'genai_otel.client.operation.active',
    unit: '{operation}',
    description: 'Operations in flight.',
  },
  retries: {
    name: 'genai_otel.client.operation.retries',
    unit: '{retry}',
    description: 'Attempts that the SDK repeated by itself.',
  },
  rateLimitRemaining: {
    name: 'genai_otel.client.rate_limit.remaining',
    unit: '{unit}',
    description: 'What the provider last said is left of a rate limit, by type: requests or tokens.',
  },
} as const;

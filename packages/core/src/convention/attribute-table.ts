import type { OperationRequest, OperationResponse } from '../vocabulary/index.ts';
import type { Modality, ModalityUsage, Usage } from '../vocabulary/usage.ts';

/** How a value must look to be written; anything else is left out. */
export type AttributeType = 'string' | 'int' | 'double' | 'boolean' | 'string[]';

/** The convention versions that we speak, as columns of the tables. */
export type ConventionVersion = '1.41.0' | 'latest';

/**
 * One line of the tables: a field of the vocabulary, the type of its attribute, its name in 1.41.0, and its name in the
 * latest convention where that differs.
 */
export type AttributeRow<Field extends string> = readonly [
  field: Field,
  type: AttributeType,
  name: string,
  latestName?: string,
];

/** Source: GenAI spans, inference and embeddings, and OpenAI's refinement. What has no name yet carries ours. */
export const requestAttributes: readonly AttributeRow<keyof OperationRequest>[] = [
  ['maxTokens', 'int', 'gen_ai.request.max_tokens'],
  ['temperature', 'double', 'gen_ai.request.temperature'],
  ['topP', 'double', 'gen_ai.request.top_p'],
  ['topK', 'double', 'gen_ai.request.top_k'],
  ['frequencyPenalty', 'double', 'gen_ai.request.frequency_penalty'],
  ['presencePenalty', 'double', 'gen_ai.request.presence_penalty'],
  ['stopSequences', 'string[]', 'gen_ai.request.stop_sequences'],
  ['seed', 'int', 'gen_ai.request.seed'],
  ['outputType', 'string', 'gen_ai.output.type'],
  ['encodingFormats', 'string[]', 'gen_ai.request.encoding_formats'],
  ['dimensionCount', 'int', 'gen_ai.embeddings.dimension.count'],
  ['reasoningLevel', 'string', 'genai_otel.request.reasoning.level', 'gen_ai.request.reasoning.level'],
  ['previousResponseId', 'string', 'genai_otel.request.previous_response.id', 'gen_ai.request.previous_response.id'],
  ['streamCursor', 'string', 'genai_otel.request.stream_cursor', 'gen_ai.request.stream_cursor'],
  ['conversationId', 'string', 'gen_ai.conversation.id'],
  ['promptName', 'string', 'gen_ai.prompt.name'],
  ['promptVersion', 'string', 'genai_otel.prompt.version', 'gen_ai.prompt.version'],
];

/** Source: as above. */
export const responseAttributes: readonly AttributeRow<keyof OperationResponse>[] = [
  ['id', 'string', 'gen_ai.response.id'],
  ['model', 'string', 'gen_ai.response.model'],
  ['finishReasons', 'string[]', 'gen_ai.response.finish_reasons'],
  ['status', 'string', 'genai_otel.response.status', 'gen_ai.response.status'],
  ['conversationId', 'string', 'gen_ai.conversation.id'],
  ['dimensionCount', 'int', 'gen_ai.embeddings.dimension.count'],
];

/** Source: as above. */
export const usageAttributes: readonly AttributeRow<keyof Usage>[] = [
  ['inputTokens', 'int', 'gen_ai.usage.input_tokens'],
  ['outputTokens', 'int', 'gen_ai.usage.output_tokens'],
  ['cacheReadInputTokens', 'int', 'gen_ai.usage.cache_read.input_tokens'],
  ['cacheWriteInputTokens', 'int', 'gen_ai.usage.cache_creation.input_tokens', 'gen_ai.usage.cache_write.input_tokens'],
  ['reasoningOutputTokens', 'int', 'gen_ai.usage.reasoning.output_tokens'],
];

/** Source: the latest GenAI spans; 1.41.0 has no names for a split by modality. */
export const modalityAttributes = (modality: Modality): readonly AttributeRow<keyof ModalityUsage>[] => [
  ['inputTokens', 'int', `genai_otel.usage.${modality}.input_tokens`, `gen_ai.usage.${modality}.input_tokens`],
  ['outputTokens', 'int', `genai_otel.usage.${modality}.output_tokens`, `gen_ai.usage.${modality}.output_tokens`],
  [
    'cacheReadInputTokens',
    'int',
    `genai_otel.usage.${modality}.cache_read.input_tokens`,
    `gen_ai.usage.${modality}.cache_read.input_tokens`,
  ],
];

/** Source: GenAI agent spans. */
export const agentAttributes = [
  ['id', 'string', 'gen_ai.agent.id'],
  ['name', 'string', 'gen_ai.agent.name'],
  ['description', 'string', 'gen_ai.agent.description'],
  ['version', 'string', 'gen_ai.agent.version'],
] as const satisfies readonly AttributeRow<string>[];

/** Source: GenAI agent spans, "Execute tool span". */
export const toolAttributes = [
  ['name', 'string', 'gen_ai.tool.name'],
  ['type', 'string', 'gen_ai.tool.type'],
  ['description', 'string', 'gen_ai.tool.description'],
  ['callId', 'string', 'gen_ai.tool.call.id'],
] as const satisfies readonly AttributeRow<string>[];

/** Content, each behind the content policy: a JSON string on spans, structured on events. */
export const contentAttributes = {
  systemInstructions: 'gen_ai.system_instructions',
  inputMessages: 'gen_ai.input.messages',
  outputMessages: 'gen_ai.output.messages',
  toolDefinitions: 'gen_ai.tool.definitions',
  toolArguments: 'gen_ai.tool.call.arguments',
  toolResult: 'gen_ai.tool.call.result',
} as const;

/** Single names that the recording writes itself. */
export const attribute = {
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  requestModel: 'gen_ai.request.model',
  responseModel: 'gen_ai.response.model',
  stream: 'gen_ai.request.stream',
  choiceCount: 'gen_ai.request.choice.count',
  timeToFirstChunk: 'gen_ai.response.time_to_first_chunk',
  serverAddress: 'server.address',
  serverPort: 'server.port',
  errorType: 'error.type',
  tokenType: 'gen_ai.token.type',
  tokenModality: 'gen_ai.token.modality',
  userId: 'user.id',
  sessionId: 'session.id',
  statusCode: 'http.response.status_code',
  resendCount: 'http.request.resend_count',
  exceptionType: 'exception.type',
  exceptionMessage: 'exception.message',
  exceptionStacktrace: 'exception.stacktrace',
  // Ours: the convention has no name for these.
  cost: 'genai_otel.usage.cost',
  requestId: 'genai_otel.response.request_id',
  cancelled: 'genai_otel.operation.cancelled',
  tags: 'genai_otel.tags',
  rateLimitType: 'genai_otel.rate_limit.type',
} as const;

import type { Attributes } from '@opentelemetry/api';
import type { Message, MessagePart, OutputMessage, ToolDefinition } from './message.ts';
import type { Usage } from './usage.ts';

/** `gen_ai.operation.name`: the convention's values, or a custom one where none of them fits. */
export type OperationName =
  | 'chat'
  | 'generate_content'
  | 'text_completion'
  | 'embeddings'
  | 'retrieval'
  | 'fetch_response'
  | 'create_agent'
  | 'invoke_agent'
  | 'execute_tool'
  | 'invoke_workflow'
  | (string & {});

/** Who serves the model, and where. */
export interface Server {
  /** `gen_ai.provider.name`. */
  provider: string;
  /** Host of the endpoint, `server.address`. */
  address?: string | undefined;
  /** Port of the endpoint, `server.port`. */
  port?: number | undefined;
}

/** An agent, `gen_ai.agent.*`. */
export interface Agent {
  /** The stable id of a hosted agent, never of an in-memory instance. */
  id?: string | undefined;
  name?: string | undefined;
  description?: string | undefined;
  version?: string | undefined;
}

/** A tool that is being run, `gen_ai.tool.*`. */
export interface Tool {
  name: string;
  /** `function`, `extension` or `datastore`. */
  type?: string | undefined;
  description?: string | undefined;
  callId?: string | undefined;
}

/**
 * What the application asked for. A field that it did not set stays `undefined`. Content is given as a function, which is
 * called only when the content policy lets it through.
 */
export interface OperationRequest {
  model?: string | undefined;
  maxTokens?: number | undefined;
  choiceCount?: number | undefined;
  temperature?: number | undefined;
  topP?: number | undefined;
  topK?: number | undefined;
  frequencyPenalty?: number | undefined;
  presencePenalty?: number | undefined;
  stopSequences?: readonly string[] | undefined;
  seed?: number | undefined;
  stream?: boolean | undefined;
  /** `text`, `json`, `image` or `speech`: only what the request names. */
  outputType?: string | undefined;
  encodingFormats?: readonly string[] | undefined;
  dimensionCount?: number | undefined;
  /** The exact string that was sent, such as OpenAI's `reasoning.effort`. */
  reasoningLevel?: string | undefined;
  previousResponseId?: string | undefined;
  /** Where a resumed stream starts. */
  streamCursor?: string | undefined;
  conversationId?: string | undefined;
  /** A prompt template that the provider keeps. */
  promptName?: string | undefined;
  promptVersion?: string | undefined;
  /** The end user as the request names them. Recorded only with `captureUserId`. */
  userId?: string | undefined;
  agent?: Agent | undefined;
  tool?: Tool | undefined;
  /** Attributes of one provider, under their convention names, such as `openai.api.type`. */
  attributes?: Attributes | undefined;

  systemInstructions?: (() => MessagePart[] | undefined) | undefined;
  inputMessages?: (() => Message[] | undefined) | undefined;
  toolDefinitions?: (() => ToolDefinition[] | undefined) | undefined;
  toolArguments?: (() => unknown) | undefined;
}

/** What came back. Content is given as a function, which is called only when the content policy lets it through. */
export interface OperationResponse {
  id?: string | undefined;
  model?: string | undefined;
  /** The provider's own words, one for each choice, in order. */
  finishReasons?: readonly string[] | undefined;
  usage?: Usage | undefined;
  /** `queued`, `in_progress`, `completed`, `incomplete`, `failed` or `cancelled`, where the API has such a status. */
  status?: string | undefined;
  conversationId?: string | undefined;
  dimensionCount?: number | undefined;
  /** The tier that the provider bills by. Bundled prices hold for `default` and `standard` only. */
  serviceTier?: string | undefined;
  agent?: Agent | undefined;
  /** An error that the provider reports inside of a successful response. */
  error?: { type?: string | undefined; message?: string | undefined } | undefined;
  /** Attributes of one provider, under their convention names, such as `openai.response.service_tier`. */
  attributes?: Attributes | undefined;

  outputMessages?: (() => OutputMessage[] | undefined) | undefined;
  toolResult?: (() => unknown) | undefined;
}

/** What is known of the HTTP exchange under an operation, from its last attempt. */
export interface ResponseMetadata {
  status?: number | undefined;
  requestId?: string | undefined;
  /** Read when metrics are collected, and then of the last response alone. */
  rateLimit?: (() => RateLimit) | undefined;
}

/** What the provider says is left of its limits. */
export interface RateLimit {
  /** Requests left in the current window. */
  remainingRequests?: number | undefined;
  /** Tokens left in the current window. */
  remainingTokens?: number | undefined;
}

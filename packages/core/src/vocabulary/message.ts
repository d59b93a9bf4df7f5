/**
 * One part of a message. The shapes are those of the convention's message schemas: `text` (`content`), `tool_call` (`id`, `name`,
 * `arguments`), `tool_call_response` (`id`, `response`), `server_tool_call`, `server_tool_call_response`, `reasoning` (`content`),
 * `blob` (`modality`, `mime_type`, base64 `content`), `file` (`modality`, `file_id`), `uri` (`modality`, `uri`), or any other `type`.
 *
 * Source: GenAI spans, "Recording instructions, inputs, and outputs".
 */
export interface MessagePart {
  type: string;
  [property: string]: unknown;
}

/** A message of the history that is sent, `gen_ai.input.messages`. */
export interface Message {
  role: string;
  parts: MessagePart[];
  name?: string | undefined;
}

/** The convention's finish reasons; a provider's own word where none of them fits. */
export type FinishReason = 'stop' | 'length' | 'content_filter' | 'tool_call' | 'error' | (string & {});

/** One choice of the answer, `gen_ai.output.messages`. */
export interface OutputMessage extends Message {
  finish_reason: FinishReason;
}

/** A tool that the model may call, `gen_ai.tool.definitions`. */
export interface ToolDefinition {
  type: string;
  name: string;
  description?: string | undefined;
  parameters?: unknown;
  [property: string]: unknown;
}

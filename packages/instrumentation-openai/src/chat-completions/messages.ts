import {
  type FinishReason,
  type Message,
  type MessagePart,
  type ToolDefinition,
  type Wire,
  wire,
} from '@genai-otel/core';

/** API reference, `finish_reason`, in the convention's words; others stay as they are. */
const FINISH_REASONS = new Map<string, FinishReason>([
  ['tool_calls', 'tool_call'],
  ['function_call', 'tool_call'],
]);

export const finishReason = (reason: unknown): FinishReason => {
  const word = wire.string(reason);
  return word === undefined ? 'error' : (FINISH_REASONS.get(word) ?? word);
};

/** API reference, `ChatCompletionMessageParam`. */
export function inputMessage(value: unknown): Message {
  const message = wire.object(value);
  const role = wire.string(message.role) ?? 'user';
  const name = wire.string(message.name);
  const parts = role === 'tool' || role === 'function' ? [toolResult(message)] : messageParts(message);
  return name === undefined ? { role, parts } : { role, parts, name };
}

/** `ChatCompletionToolMessageParam` and the older function message. */
function toolResult(message: Wire): MessagePart {
  const id = wire.string(message.tool_call_id);
  const response = Array.isArray(message.content) ? message.content.map(contentPart) : message.content;
  return { type: 'tool_call_response', ...(id !== undefined && { id }), response: response ?? null };
}

/** The parts of a message of either direction: `ChatCompletionMessage` has the same fields as its parameter twin. */
export function messageParts(message: Wire): MessagePart[] {
  const parts: MessagePart[] = [];
  // Not OpenAI's own: DeepSeek and others put the chain of thought here, OpenRouter there.
  const reasoning = wire.string(message.reasoning_content) ?? wire.string(message.reasoning);
  if (reasoning) parts.push({ type: 'reasoning', content: reasoning });
  const { content } = message;
  if (typeof content === 'string') parts.push({ type: 'text', content });
  else for (const part of wire.list(content)) parts.push(contentPart(part));
  const refusal = wire.string(message.refusal);
  if (refusal !== undefined) parts.push({ type: 'refusal', content: refusal });
  const audio = message.audio ? audioPart(wire.object(message.audio)) : undefined;
  if (audio) parts.push(audio);
  for (const call of wire.list(message.tool_calls)) parts.push(toolCall(call));
  if (message.function_call) parts.push(functionCall(undefined, wire.object(message.function_call)));
  return parts;
}

/** API reference, `ChatCompletionContentPart`. */
function contentPart(value: unknown): MessagePart {
  if (typeof value === 'string') return { type: 'text', content: value };
  const part = wire.object(value);
  switch (part.type) {
    case 'text':
      return { type: 'text', content: wire.string(part.text) ?? '' };
    case 'refusal':
      return { type: 'refusal', content: wire.string(part.refusal) ?? '' };
    case 'image_url':
      return urlPart('image', wire.object(part.image_url).url);
    case 'input_audio': {
      const audio = wire.object(part.input_audio);
      const format = wire.string(audio.format);
      return blob('audio', format && `audio/${format}`, wire.string(audio.data));
    }
    case 'file': {
      const file = wire.object(part.file);
      const id = wire.string(file.file_id);
      return id === undefined ? filePart(file.file_data) : { type: 'file', modality: 'document', file_id: id };
    }
    default:
      return { ...part, type: wire.string(part.type) ?? 'unknown' };
  }
}

/** A URL, or the medium itself where the URL holds it. */
export function urlPart(modality: string, value: unknown): MessagePart {
  const url = wire.string(value) ?? '';
  const data = wire.dataUrl(url);
  return data ? blob(modality, data.mimeType, data.base64) : { type: 'uri', modality, uri: url };
}

/** A file that is sent along: base64, as a data URL or plainly. */
export function filePart(value: unknown): MessagePart {
  const text = wire.string(value) ?? '';
  return wire.dataUrl(text) ? urlPart('document', text) : blob('document', undefined, text);
}

export function blob(modality: string, mimeType: string | undefined, content: string | undefined): MessagePart {
  return { type: 'blob', modality, ...(mimeType !== undefined && { mime_type: mimeType }), content: content ?? '' };
}

/** `ChatCompletionAudio` of an answer, or the reference to an earlier one. */
function audioPart(audio: Wire): MessagePart {
  const data = wire.string(audio.data);
  const transcript = wire.string(audio.transcript);
  const part = data === undefined ? { type: 'audio' } : blob('audio', undefined, data);
  const id = wire.string(audio.id);
  return { ...part, ...(id !== undefined && { id }), ...(transcript !== undefined && { transcript }) };
}

/** API reference, `ChatCompletionMessageToolCall`: a function or a custom tool. */
function toolCall(value: unknown): MessagePart {
  const call = wire.object(value);
  const id = wire.string(call.id);
  if (call.custom) {
    const custom = wire.object(call.custom);
    return functionCall(id, { name: custom.name, arguments: custom.input });
  }
  return functionCall(id, wire.object(call.function));
}

function functionCall(id: string | undefined, call: Wire): MessagePart {
  return {
    type: 'tool_call',
    ...(id !== undefined && { id }),
    name: wire.string(call.name) ?? '',
    arguments: wire.parsedJson(call.arguments) ?? null,
  };
}

/** API reference, `ChatCompletionTool`. */
export function toolDefinition(value: unknown): ToolDefinition {
  const tool = wire.object(value);
  const type = wire.string(tool.type) ?? 'function';
  const body = wire.object(tool.function ?? tool.custom ?? tool);
  const description = wire.string(body.description);
  return {
    type,
    name: wire.string(body.name) ?? type,
    ...(description !== undefined && { description }),
    ...(body.parameters !== undefined && { parameters: body.parameters }),
  };
}

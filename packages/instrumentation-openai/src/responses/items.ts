import { type Message, type MessagePart, type ToolDefinition, type Wire, wire } from '@genai-otel/core';
import { blob, filePart, urlPart } from '../chat-completions/messages.ts';

/** API reference, `ResponseInputItem`: what is sent, and what the model said before. */
export function inputMessages(input: unknown): Message[] {
  if (typeof input === 'string') return [{ role: 'user', parts: [{ type: 'text', content: input }] }];
  return wire.list(input).map((value) => {
    const item = wire.object(value);
    const { type } = item;
    const isMessage = type === 'message' || (type === undefined && item.role !== undefined);
    if (isMessage) return { role: wire.string(item.role) ?? 'user', parts: messageContent(item.content) };
    const isResult = typeof type === 'string' && type.endsWith('_output');
    return { role: isResult ? 'tool' : 'assistant', parts: itemParts(item) };
  });
}

/** API reference, `ResponseOutputItem`: all items of an answer are parts of one message. */
export function outputParts(output: unknown): MessagePart[] {
  return wire.list(output).flatMap((value) => {
    const item = wire.object(value);
    return item.type === 'message' ? messageContent(item.content) : itemParts(item);
  });
}

function messageContent(content: unknown): MessagePart[] {
  if (typeof content === 'string') return [{ type: 'text', content }];
  return wire.list(content).map((value) => {
    const part = wire.object(value);
    switch (part.type) {
      case 'input_text':
      case 'output_text':
      case 'text':
        return { type: 'text', content: wire.string(part.text) ?? '' };
      case 'refusal':
        return { type: 'refusal', content: wire.string(part.refusal) ?? '' };
      case 'input_image':
        return fileOr(part, 'image', part.image_url);
      case 'input_file':
        return typeof part.file_data === 'string' && typeof part.file_id !== 'string'
          ? filePart(part.file_data)
          : fileOr(part, 'document', part.file_url);
      case 'input_audio': {
        const audio = wire.object(part.input_audio);
        const format = wire.string(audio.format);
        return blob('audio', format && `audio/${format}`, wire.string(audio.data));
      }
      default:
        return { ...part, type: wire.string(part.type) ?? 'unknown' };
    }
  });
}

function fileOr(part: Wire, modality: string, url: unknown): MessagePart {
  const id = wire.string(part.file_id);
  return id === undefined ? urlPart(modality, url) : { type: 'file', modality, file_id: id };
}

const optionalId = (id: unknown): { id?: string } => (typeof id === 'string' ? { id } : {});

/** One item that is not a message. A type that we do not know passes through as it is. */
function itemParts(item: Wire): MessagePart[] {
  const type = wire.string(item.type) ?? 'unknown';
  switch (type) {
    case 'reasoning':
      return [...wire.list(item.summary), ...wire.list(item.content)].map((part) => ({
        type: 'reasoning',
        content: wire.string(wire.object(part).text) ?? '',
      }));
    case 'function_call':
    case 'custom_tool_call':
      return [
        {
          type: 'tool_call',
          ...optionalId(item.call_id),
          name: wire.string(item.name) ?? '',
          arguments: wire.parsedJson(item.arguments ?? item.input) ?? null,
        },
      ];
    case 'function_call_output':
    case 'custom_tool_call_output':
      return [
        {
          type: 'tool_call_response',
          ...optionalId(item.call_id),
          response: Array.isArray(item.output) ? messageContent(item.output) : (item.output ?? null),
        },
      ];
    case 'mcp_call':
      return [
        serverToolCall(item, wire.string(item.name) ?? type, {
          server_label: item.server_label,
          arguments: wire.parsedJson(item.arguments),
        }),
        {
          type: 'server_tool_call_response',
          ...optionalId(item.id),
          server_tool_call_response: { type, output: item.output ?? null, error: item.error ?? null },
        },
      ];
    case 'image_generation_call': {
      const { result, ...call } = item;
      const image = wire.string(result);
      return [
        serverToolCall(call, 'image_generation', { prompt: item.revised_prompt }),
        ...(image === undefined ? [] : [blob('image', undefined, image)]),
      ];
    }
    default: {
      if (!type.endsWith('_call')) return [{ ...item, type }];
      const { id: _id, type: _type, ...rest } = item;
      return [serverToolCall(item, type.slice(0, -'_call'.length), rest)];
    }
  }
}

/** A tool that the provider runs by itself. */
function serverToolCall(item: Wire, name: string, call: Wire): MessagePart {
  return {
    type: 'server_tool_call',
    ...optionalId(item.id),
    name,
    server_tool_call: { ...call, type: wire.string(item.type) ?? 'unknown' },
  };
}

/** API reference, `Tool`: functions carry a name, hosted tools their type alone. */
export function toolDefinition(value: unknown): ToolDefinition {
  const tool = wire.object(value);
  const type = wire.string(tool.type) ?? 'function';
  const name = wire.string(tool.name) ?? wire.string(tool.server_label) ?? type;
  const description = wire.string(tool.description);
  return {
    type,
    name,
    ...(description !== undefined && { description }),
    ...(tool.parameters !== undefined && { parameters: tool.parameters }),
  };
}

import { Ajv, type ValidateFunction } from 'ajv';

/**
 * The shapes of messages, parts, tool definitions and documents in the GenAI semantic conventions 1.41.0, stricter in
 * one way than the published schemas: a part of a known type must be a right one, not merely a generic part.
 */
const text = { type: 'string' } as const;
const optionalText = { type: ['string', 'null'] } as const;
const typed = { type: 'object', required: ['type'], properties: { type: text } } as const;

const partTypes: Record<string, { required: string[]; properties: Record<string, object> }> = {
  text: { required: ['content'], properties: { content: text } },
  reasoning: { required: ['content'], properties: { content: text } },
  tool_call: { required: ['name'], properties: { name: text, id: optionalText } },
  tool_call_response: { required: ['response'], properties: { id: optionalText } },
  server_tool_call: { required: ['name', 'server_tool_call'], properties: { name: text, server_tool_call: typed } },
  server_tool_call_response: {
    required: ['server_tool_call_response'],
    properties: { id: optionalText, server_tool_call_response: typed },
  },
  blob: {
    required: ['modality', 'content'],
    properties: { modality: text, content: text, mime_type: optionalText },
  },
  file: { required: ['modality', 'file_id'], properties: { modality: text, file_id: text, mime_type: optionalText } },
  uri: { required: ['modality', 'uri'], properties: { modality: text, uri: text, mime_type: optionalText } },
};

const part = {
  ...typed,
  allOf: Object.entries(partTypes).map(([type, shape]) => ({
    if: { properties: { type: { const: type } } },
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
    then: shape,
  })),
};
const message = (required: string[]) => ({
  type: 'array',
  items: {
    type: 'object',
    required: ['role', 'parts', ...required],
    properties: { role: text, parts: { type: 'array', items: part }, name: optionalText, finish_reason: text },
  },
});

const ajv = new Ajv({ strict: false });

export const schemas = {
  inputMessages: ajv.compile(message([])),
  outputMessages: ajv.compile(message(['finish_reason'])),
  systemInstructions: ajv.compile({ type: 'array', items: part }),
  toolDefinitions: ajv.compile({
    type: 'array',
    items: {
      type: 'object',
      required: ['type', 'name'],
      properties: { type: text, name: text },
      if: { properties: { type: { const: 'function' } } },
      // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
      then: {
        properties: {
          description: optionalText,
          parameters: { anyOf: [{ $ref: 'http://json-schema.org/draft-07/schema#' }, { type: 'null' }] },
        },
      },
    },
  }),
  retrievalDocuments: ajv.compile({
    type: 'array',
    items: { type: 'object', required: ['id', 'score'], properties: { id: text, score: { type: 'number' } } },
  }),
} satisfies Record<string, ValidateFunction>;

export type SchemaName = keyof typeof schemas;

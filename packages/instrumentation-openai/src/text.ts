import { type Message, type MessagePart, wire } from '@genai-otel/core';

/** Text, or a list of texts, as the parts of a message. Tokens and anything else say nothing that a person could read. */
export const textParts = (value: unknown): MessagePart[] =>
  (wire.strings(value) ?? []).map((content) => ({ type: 'text', content }));

/** Text, or a list of texts, as a message each. */
export const userMessages = (value: unknown): Message[] =>
  textParts(value).map((part) => ({ role: 'user', parts: [part] }));

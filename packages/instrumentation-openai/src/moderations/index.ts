import { type OperationMapping, type Wire, wire } from '@genai-otel/core';
import { urlPart } from '../chat-completions/messages.ts';

/** API reference, "Create moderation". The convention has no operation for it, so it carries the endpoint's name. */
export const moderation: OperationMapping<Wire, Wire> = {
  operation: 'moderations',
  request: (params) => ({
    model: wire.string(params.model),
    inputMessages: () => {
      const { input } = params;
      const parts = (Array.isArray(input) ? input : [input]).map((value) => {
        if (typeof value === 'string') return { type: 'text', content: value };
        const part = wire.object(value);
        return part.type === 'image_url'
          ? urlPart('image', wire.object(part.image_url).url)
          : { type: 'text', content: wire.string(part.text) ?? '' };
      });
      return [{ role: 'user', parts }];
    },
  }),
  response: (body) => ({ id: wire.string(body.id), model: wire.string(body.model) }),
};

import {
  type OperationMapping,
  type OperationRequest,
  type OperationResponse,
  type StreamFold,
  type Wire,
  wire,
} from '@genai-otel/core';
import { blob, urlPart } from '../chat-completions/messages.ts';
import { userMessages } from '../text.ts';
import { responseUsage } from '../usage.ts';

/** API reference, "Create image", "Create image edit", "Create image variation". */
export const image: OperationMapping<Wire, Wire> = {
  operation: 'generate_content',
  request: imageRequest,
  response: imageResponse,
  stream: () => new ImageFold(),
};

function imageRequest(params: Wire): OperationRequest {
  return {
    model: wire.string(params.model),
    choiceCount: wire.number(params.n),
    outputType: 'image',
    stream: params.stream === true,
    userId: wire.string(params.user),
    // Pictures that are sent along are streams and files, which only the SDK may read.
    inputMessages: () => userMessages(params.prompt),
  };
}

function imageResponse(body: Wire): OperationResponse {
  return {
    model: wire.string(body.model),
    usage: responseUsage(body.usage),
    outputMessages: () => {
      const parts = wire.list(body.data).map((value) => {
        const picture = wire.object(value);
        const base64 = wire.string(picture.b64_json);
        const format = wire.string(body.output_format);
        return base64 === undefined
          ? urlPart('image', picture.url)
          : blob('image', format && `image/${format}`, base64);
      });
      return [{ role: 'assistant', parts, finish_reason: 'stop' }];
    },
  };
}

/** API reference, "Image generation streaming events": partial pictures, then the whole one with the usage. */
class ImageFold implements StreamFold<unknown> {
  complete = false;
  private body: Wire = {};

  add(value: unknown): void {
    const event = wire.object(value);
    if (typeof event.type !== 'string' || !event.type.endsWith('.completed')) return;
    this.body = event;
    this.complete = true;
  }

  response(): OperationResponse {
    if (!this.complete) return {};
    return imageResponse({ ...this.body, data: [{ b64_json: this.body.b64_json }] });
  }
}

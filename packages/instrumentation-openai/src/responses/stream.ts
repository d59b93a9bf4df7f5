import { type FoldOptions, type OperationResponse, type StreamFold, type Wire, wire } from '@genai-otel/core';
import { responseBody } from './response.ts';

/** Deltas of content, and the item that their text would have become. */
const DELTAS = new Map<string, (text: string) => unknown>([
  ['response.output_text.delta', (text) => ({ type: 'message', content: [{ type: 'output_text', text }] })],
  ['response.refusal.delta', (refusal) => ({ type: 'message', content: [{ type: 'refusal', refusal }] })],
  ['response.reasoning_text.delta', (text) => ({ type: 'reasoning', content: [{ text }] })],
  ['response.reasoning_summary_text.delta', (text) => ({ type: 'reasoning', summary: [{ text }] })],
]);

const TERMINAL = new Set(['response.completed', 'response.incomplete', 'response.failed']);

/**
 * API reference, "Streaming events". Every lifecycle event carries the whole response so far, so that only a stream that ends early needs
 * its deltas.
 */
export class ResponseFold implements StreamFold<unknown> {
  complete = false;
  private readonly captureContent: boolean;
  private body: Wire = {};
  private readonly items: unknown[] = [];
  /** Pieces of the item that is on its way, by what they are pieces of. */
  private readonly pieces = new Map<string, string[]>();
  private error: OperationResponse['error'];

  constructor({ captureContent }: FoldOptions) {
    this.captureContent = captureContent;
  }

  add(value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    const event = value as Wire;
    const { type } = event;
    if (typeof type !== 'string') return;
    if (event.response !== undefined) {
      this.body = wire.object(event.response);
      this.complete = TERMINAL.has(type);
    } else if (type === 'error') {
      // The code may stand in the event itself or below `error`.
      const error = event.error === undefined ? event : wire.object(event.error);
      this.error = { type: wire.string(error.code) ?? 'server_error', message: wire.string(error.message) };
    } else if (this.captureContent) {
      this.addContent(type, event);
    }
  }

  private addContent(type: string, event: Wire): void {
    if (DELTAS.has(type)) {
      if (typeof event.delta !== 'string') return;
      const pieces = this.pieces.get(type);
      if (pieces) pieces.push(event.delta);
      else this.pieces.set(type, [event.delta]);
    } else if (type === 'response.output_item.done') {
      this.items.push(event.item);
      this.pieces.clear();
    }
  }

  response(): OperationResponse {
    const { error } = this;
    const response = responseBody(this.complete ? this.body : { ...this.body, output: this.partialOutput() });
    return error ? { ...response, error } : response;
  }

  private partialOutput(): unknown[] {
    const unfinished = [...this.pieces].map(([type, pieces]) => DELTAS.get(type)?.(pieces.join('')));
    return [...this.items, ...unfinished];
  }
}

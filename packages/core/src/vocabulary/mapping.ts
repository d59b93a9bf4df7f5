import type { OperationName, OperationRequest, OperationResponse } from './operation.ts';

/** Builds the response of a stream, chunk by chunk, with constant work for each. */
export interface StreamFold<Chunk> {
  /** Takes the next chunk. Must be total: a chunk of an unknown shape is passed over. */
  add(chunk: Chunk): void;
  /** What is known so far. */
  response(): OperationResponse;
  /** Whether the provider has said its last word, so that leaving the stream now loses nothing. */
  readonly complete: boolean;
}

/** What a fold may keep. */
export interface FoldOptions {
  /** Whether content is captured. Text is joined only then. */
  captureContent: boolean;
}

/**
 * The wire of one SDK method in our vocabulary: pure and total functions. An unknown shape passes through; nothing throws.
 *
 * @typeParam Params the first argument of the method.
 * @typeParam Body what the method's promise resolves to.
 * @typeParam Chunk one item of the stream, where the method can stream.
 */
export interface OperationMapping<Params = unknown, Body = unknown, Chunk = unknown> {
  /** `gen_ai.operation.name`. */
  operation: OperationName;
  /** `internal` for what runs in this process, such as a tool. Default `client`. */
  kind?: 'client' | 'internal';
  /**
   * Whether calls of other instrumented methods below this one are operations of their own, as below an agent or a tool.
   * Otherwise they are parts of this one, and are not recorded again.
   */
  composite?: boolean;
  request(params: Params): OperationRequest;
  response(body: Body, params: Params): OperationResponse;
  stream?(options: FoldOptions, params: Params): StreamFold<Chunk>;
}

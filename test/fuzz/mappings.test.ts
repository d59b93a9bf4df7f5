import {
  type FoldOptions,
  type OperationMapping,
  type OperationRequest,
  type OperationResponse,
  wire,
} from '@genai-otel/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assistantRun } from '../../packages/instrumentation-openai/src/assistants/index.ts';
import { speech, transcription } from '../../packages/instrumentation-openai/src/audio/index.ts';
import { cancelBatch, createBatch, retrieveBatch } from '../../packages/instrumentation-openai/src/batches/index.ts';
import { chatCompletion } from '../../packages/instrumentation-openai/src/chat-completions/index.ts';
import { storedCompletion } from '../../packages/instrumentation-openai/src/chat-completions/stored.ts';
import {
  isUsageChunk,
  withStreamUsage,
} from '../../packages/instrumentation-openai/src/chat-completions/stream-usage.ts';
import { completion } from '../../packages/instrumentation-openai/src/completions/index.ts';
import { embedding } from '../../packages/instrumentation-openai/src/embeddings/index.ts';
import { image } from '../../packages/instrumentation-openai/src/images/index.ts';
import { moderation } from '../../packages/instrumentation-openai/src/moderations/index.ts';
import { fetchResponse, response } from '../../packages/instrumentation-openai/src/responses/index.ts';
import { mutated } from './arbitraries.ts';
import { prototypes } from './pair.ts';
import { bodies, chunks, requests } from './wire-bodies.ts';

type AnyMapping = OperationMapping<never, never, never>;

const mappings: [string, AnyMapping, { body: unknown; chunk: readonly unknown[]; request: unknown }][] = [
  ['chat completion', chatCompletion, { body: bodies.chat, chunk: chunks.chat, request: requests.chat }],
  ['stored chat completion', storedCompletion, { body: bodies.chat, chunk: [], request: requests.other }],
  ['response', response, { body: bodies.response, chunk: chunks.response, request: requests.response }],
  ['fetched response', fetchResponse, { body: bodies.response, chunk: chunks.response, request: requests.other }],
  ['completion', completion, { body: bodies.completion, chunk: chunks.completion, request: requests.other }],
  ['embedding', embedding, { body: bodies.embedding, chunk: [], request: requests.other }],
  ['image', image, { body: bodies.image, chunk: chunks.image, request: requests.other }],
  ['speech', speech, { body: {}, chunk: chunks.speech, request: requests.other }],
  [
    'transcription',
    transcription,
    { body: bodies.transcription, chunk: chunks.transcription, request: requests.other },
  ],
  ['moderation', moderation, { body: bodies.moderation, chunk: [], request: requests.other }],
  ['created batch', createBatch, { body: bodies.batch, chunk: [], request: requests.other }],
  ['retrieved batch', retrieveBatch, { body: bodies.batch, chunk: [], request: requests.other }],
  ['cancelled batch', cancelBatch, { body: bodies.batch, chunk: [], request: requests.other }],
  ['run of an assistant', assistantRun, { body: bodies.run, chunk: chunks.run, request: requests.other }],
] as [string, AnyMapping, { body: unknown; chunk: readonly unknown[]; request: unknown }][];

/** Typed arrays cannot be frozen. */
const plain = fc.anything({ withNullPrototype: true, withObjectString: true, withMap: true });

const anything = fc.anything({
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withNullPrototype: true,
  withObjectString: true,
  withSparseArray: true,
  withTypedArray: true,
});

const isOptional = (type: string) => (value: unknown) => value === undefined || typeof value === type;
const isText = isOptional('string');
const isNumber = isOptional('number');

function expectVocabulary(value: OperationRequest & OperationResponse): void {
  const texts = [
    'model',
    'id',
    'status',
    'conversationId',
    'serviceTier',
    'outputType',
    'reasoningLevel',
    'userId',
  ] as const;
  for (const field of texts) expect(value[field], field).toSatisfy(isText);
  const numbers = ['maxTokens', 'choiceCount', 'temperature', 'topP', 'seed', 'dimensionCount'] as const;
  for (const field of numbers) expect(value[field], field).toSatisfy(isNumber);
  for (const { type, message } of value.error ? [value.error] : []) expect([type, message].every(isText)).toBe(true);
  for (const list of [value.finishReasons, value.stopSequences, value.encodingFormats]) {
    for (const element of list ?? []) expect(typeof element).toBe('string');
  }
  for (const attribute of Object.values(value.attributes ?? {}))
    expect(['string', 'number']).toContain(typeof attribute);
  value.toolResult?.();
  value.toolArguments?.();
  const parts = [...(value.systemInstructions?.() ?? [])];
  for (const message of [...(value.inputMessages?.() ?? []), ...(value.outputMessages?.() ?? [])]) {
    expect(typeof message.role).toBe('string');
    expect(message.name).toSatisfy(isText);
    if ('finish_reason' in message) expect(typeof message.finish_reason).toBe('string');
    parts.push(...message.parts);
  }
  for (const part of parts) {
    expect(typeof part.type).toBe('string');
    if (part.type === 'text') expect(typeof part.content).toBe('string');
    if (part.type === 'tool_call') expect(typeof part.name).toBe('string');
  }
  for (const tool of value.toolDefinitions?.() ?? [])
    expect([typeof tool.type, typeof tool.name]).toEqual(['string', 'string']);
}

describe.each(mappings)('the mapping of a %s is total', (_name, mapping, { body, chunk, request }) => {
  const before = prototypes();
  const either = (template: unknown) =>
    fc.oneof({ weight: 1, arbitrary: anything }, { weight: 2, arbitrary: mutated(template) });
  const params = either(request).map(wire.object);

  it('for any request', () => {
    fc.assert(
      fc.property(params, (given) => expectVocabulary(mapping.request(given as never))),
      { numRuns: 150 },
    );
  });

  it('for any body', () => {
    fc.assert(
      fc.property(either(body), params, (given, asked) =>
        expectVocabulary(mapping.response((given ?? {}) as never, asked as never)),
      ),
      { numRuns: 200 },
    );
  });

  it('for any stream', () => {
    const any = fc.array(fc.oneof(anything, ...chunk.map(mutated)), { maxLength: 6 });
    fc.assert(
      fc.property(any, params, fc.boolean(), (given, asked, captureContent) => {
        const fold = mapping.stream?.({ captureContent } satisfies FoldOptions, asked as never);
        for (const each of given) {
          fold?.add(each as never);
          expect(['boolean', 'undefined']).toContain(typeof fold?.complete);
        }
        if (fold) expectVocabulary(fold.response());
      }),
      { numRuns: chunk.length === 0 ? 1 : 200 },
    );
  });

  it('and leaves the prototypes of the language alone', () => expect(prototypes()).toEqual(before));
});

describe('asking for the usage of a stream', () => {
  it('changes no more than that, for any request, and leaves the object of the application alone', () => {
    fc.assert(
      fc.property(
        fc.oneof(mutated({ ...requests.chat, stream: true }), plain).map((given) => Object.freeze(wire.object(given))),
        (given) => {
          const asked = withStreamUsage(given);
          if (asked === undefined) return;
          const { stream_options: options, ...rest } = asked;
          const { stream_options: _before, ...unchanged } = given;
          expect(rest).toEqual(unchanged);
          expect(options).toMatchObject({ include_usage: true });
        },
      ),
      { numRuns: 200 },
    );
  });

  it('never takes a chunk with choices for the extra one', () => {
    fc.assert(
      fc.property(fc.oneof(mutated(chunks.chat[2]), anything), (chunk) => {
        if (isUsageChunk(chunk)) expect((chunk as { choices: unknown }).choices).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

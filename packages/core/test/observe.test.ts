import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { observeApiPromise } from '../src/hooks/observe-api-promise.ts';
import { observeValue } from '../src/hooks/observe-promise.ts';
import { observeStream } from '../src/hooks/observe-stream.ts';
import type { OperationResponse, StreamFold } from '../src/vocabulary/index.ts';
import { ApiPromise, ChunkStream } from './programs/sdk.ts';
import { chat, createRecorder, hearDiagnostics, histogramOf } from './support.ts';

const heard = hearDiagnostics();

function begin() {
  const { recorder, memory } = createRecorder();
  const recording = recorder.start(chat());
  const spans = async () => (await memory.collect()).spans;
  return {
    recording,
    memory,
    spans,
    end: async () => (await spans()).map(({ attributes, status }) => ({ ...attributes, status: status.code })),
  };
}

const id = (body: unknown): OperationResponse => ({ id: String(body) });
const options = { respond: id, metadata: (status: number) => ({ status, requestId: 'req_1' }) };
const answer = (body = '{}', type = 'application/json') => ({
  response: new Response(body, { headers: { 'content-type': type } }),
});
const OK = { 'gen_ai.response.id': 'body', status: 0 };

describe('observeValue', () => {
  it('completes with a plain value, and gives back the same', async () => {
    const { recording, end } = begin();
    const value = { toString: () => 'body' };
    expect(observeValue(value, recording, id)).toBe(value);
    expect(await end()).toEqual([expect.objectContaining(OK)]);
  });

  it('completes when a promise settles, and not before', async () => {
    const { recording, end } = begin();
    const { promise, resolve } = Promise.withResolvers<string>();
    const observed = observeValue(promise, recording, id) as Promise<string>;
    await new Promise(setImmediate);
    expect(recording.hasEnded).toBe(false);
    resolve('body');
    expect(await observed).toBe('body');
    expect(await end()).toEqual([expect.objectContaining(OK)]);
  });

  it('fails with the very error of a promise', async () => {
    const { recording, end } = begin();
    const error = new TypeError('x');
    const observed = observeValue(Promise.reject(error), recording, id) as Promise<never>;
    expect(await observed.catch((caught: unknown) => caught)).toBe(error);
    expect(await end()).toEqual([expect.objectContaining({ 'error.type': 'TypeError', status: 2 })]);
  });

  it('keeps the frame of the caller in the async stack', async () => {
    const { recording } = begin();
    const work = async () => {
      await new Promise(setImmediate);
      throw new Error('x');
    };
    async function theCallerOfTheApplication() {
      return await (observeValue(work(), recording, id) as Promise<never>);
    }
    const error = await theCallerOfTheApplication().catch((caught: Error) => caught);
    expect((error as Error).stack).toContain('theCallerOfTheApplication');
  });

  it('completes although its mapping throws', async () => {
    const { recording, end } = begin();
    expect(
      observeValue('body', recording, () => {
        throw new Error('x');
      }),
    ).toBe('body');
    expect((await end()).map(({ status }) => status)).toEqual([0]);
    expect(heard.errors).toHaveLength(1);
  });
});

describe('observeApiPromise', () => {
  const call = (
    parse: () => Promise<unknown> = async () => 'body',
    given: Promise<object> = Promise.resolve(answer()),
  ) => {
    const begun = begin();
    const promise = new ApiPromise<unknown>(given, parse);
    expect(observeApiPromise(promise, begun.recording, options)).toBe(promise);
    return { ...begun, promise };
  };

  it('leaves the promise the object that it was, and completes when it is awaited', async () => {
    const { promise, end } = call();
    expect(await promise).toBe('body');
    expect(promise).toBeInstanceOf(ApiPromise);
    expect(await end()).toEqual([
      expect.objectContaining({ ...OK, 'http.response.status_code': 200, 'genai_otel.response.request_id': 'req_1' }),
    ]);
  });

  it('does not parse what nobody waits for', async () => {
    let parses = 0;
    const { recording } = call(async () => parses++);
    await new Promise(setImmediate);
    expect([parses, recording.hasEnded]).toEqual([0, false]);
  });

  it('parses once, however often it is awaited, and ends once', async () => {
    let parses = 0;
    const { promise, end } = call(async () => {
      parses++;
      return 'body';
    });
    expect(await Promise.all([promise, promise, promise.withResponse()])).toMatchObject([
      'body',
      'body',
      { data: 'body' },
    ]);
    expect(parses).toBe(1);
    expect(await end()).toHaveLength(1);
  });

  it('completes through a derived promise', async () => {
    const { promise, end } = call();
    expect(await promise._thenUnwrap((body) => `${body}!`)).toBe('body!');
    expect(await end()).toEqual([expect.objectContaining(OK)]);
  });

  it.each([
    ['of JSON', answer('"body"')],
    ['of malformed JSON', answer('{')],
    ['of something else', answer('RIFF', 'audio/wav')],
    ['that is not there', {}],
  ])('completes with a raw response %s, which is not ours to read', async (_what, given) => {
    const { promise, recording, end } = call(undefined, Promise.resolve(given));
    const raw = await promise.asResponse();
    expect(raw).toBe((given as { response?: Response }).response);
    expect(recording.hasEnded).toBe(true);
    expect(raw?.bodyUsed ?? false).toBe(false);
    const [span] = await end();
    expect(span).toMatchObject({ status: 0 });
    expect(span).not.toHaveProperty(['gen_ai.response.id']);
  });

  it.each([
    ['before the answer', undefined, Promise.reject.bind(Promise)],
    ['in its body', (error: Error) => async () => Promise.reject(error), undefined],
  ])('fails with the very error that comes %s', async (_when, parse, reject) => {
    const error = Object.assign(new RangeError('x'), { status: 429, headers: { 'x-request-id': 'r' } });
    const { promise, end } = call(parse?.(error), reject?.(error) as Promise<never> | undefined);
    expect(await promise.then(undefined, (caught: unknown) => caught)).toBe(error);
    expect(await end()).toEqual([
      expect.objectContaining({ 'error.type': '429', 'http.response.status_code': reject ? 429 : 200, status: 2 }),
    ]);
  });

  it.each([undefined, null, 'text', 5, Object.create(null)])(
    'fails with %o, where that is what is thrown',
    async (reason) => {
      const { promise, end } = call(undefined, Promise.reject(reason));
      expect(await promise.then(undefined, (caught: unknown) => [caught])).toEqual([reason]);
      expect((await end()).map(({ status }) => status)).toEqual([2]);
      expect(heard.errors).toEqual([]);
    },
  );

  it('keeps the frame of the caller in the async stack of a request that fails', async () => {
    const { recording } = begin();
    const request = async (): Promise<never> => {
      await new Promise(setImmediate);
      throw new Error('x');
    };
    const promise = new ApiPromise<unknown>(request(), async () => 'body');
    observeApiPromise(promise, recording, options);
    async function theCallerOfTheApplication() {
      return await promise.asResponse();
    }
    const error = await theCallerOfTheApplication().catch((caught: Error) => caught);
    expect((error as Error).stack).toContain('theCallerOfTheApplication');
  });

  it.each([
    ['a value', () => 'body'],
    ['a promise of another kind', () => Promise.resolve('body')],
  ])('takes %s as well', async (_what, create) => {
    const { recording, end } = begin();
    expect(await observeApiPromise(create(), recording, options)).toBe('body');
    expect(await end()).toEqual([expect.objectContaining(OK)]);
  });

  it('completes although every function of the mapping throws', async () => {
    const { recording, end } = begin();
    const fail = () => {
      throw new Error('x');
    };
    const promise = new ApiPromise<unknown>(Promise.resolve(answer()), async () => 'body');
    observeApiPromise(promise, recording, { respond: fail, metadata: fail, fold: fail, hide: fail });
    expect(await promise).toBe('body');
    expect((await end()).map(({ status }) => status)).toEqual([0]);
  });
});

describe('a rejection', () => {
  const program = fileURLToPath(new URL('programs/rejected.ts', import.meta.url));
  const run = (...args: string[]) =>
    new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
      const child = execFile(process.execPath, [program, ...args], { env: {} }, (_error, stdout, stderr) =>
        resolve({ code: child.exitCode, stdout, stderr }),
      );
    });

  it.each(['value', 'response', 'body'])('of a %s that nobody handles stays unhandled', async (way) => {
    const { code, stderr } = await run(way, 'unhandled');
    expect(stderr.match(/Error: refused/g)).toHaveLength(1);
    expect(code).toBe(1);
  });

  it.each(['value', 'response', 'body'])('of a %s that is handled is handled', async (way) => {
    expect(await run(way, 'handled')).toEqual({ code: 0, stdout: 'handled\n', stderr: '' });
  });
});

describe('observeStream', () => {
  class Fold implements StreamFold<unknown> {
    readonly seen: unknown[] = [];
    get complete() {
      return this.seen.includes('last');
    }
    add(chunk: unknown) {
      if (chunk === 'poison') throw new Error('x');
      this.seen.push(chunk);
    }
    response(): OperationResponse {
      return { id: this.seen.join() };
    }
  }

  /** What the SDK's own iterator was asked for, in order. */
  function stream(
    chunks: readonly unknown[],
    { failsWith = undefined as unknown, hide = undefined as ((chunk: unknown) => boolean) | undefined } = {},
  ) {
    const begun = begin();
    const asked: string[] = [];
    const own = new ChunkStream<unknown>(async function* () {
      try {
        for (const chunk of chunks) {
          asked.push(String(chunk));
          yield chunk;
        }
        if (failsWith !== undefined) throw failsWith;
      } finally {
        asked.push('finally');
      }
    });
    const fold = new Fold();
    observeStream(own, begun.recording, { fold, hide });
    return { ...begun, own, fold, asked };
  }

  const read = async (own: AsyncIterable<unknown> | ChunkStream<unknown>) => {
    const seen: unknown[] = [];
    for await (const chunk of own) seen.push(chunk);
    return seen;
  };
  const cancelled = { 'genai_otel.operation.cancelled': true };

  it('completes at its end, with every chunk passed on and folded', async () => {
    const { own, end, memory } = stream(['a', 'b', 'last']);
    expect(await read(own)).toEqual(['a', 'b', 'last']);
    const [span] = await end();
    expect(span).toMatchObject({ 'gen_ai.response.id': 'a,b,last', status: 0 });
    expect(span).not.toHaveProperty('genai_otel.operation.cancelled');
    expect((span as Record<string, unknown>)['gen_ai.response.time_to_first_chunk']).toBeGreaterThanOrEqual(0);
    const { metrics } = await memory.collect();
    expect(histogramOf(metrics, 'gen_ai.client.operation.time_per_output_chunk')[0]?.value.count).toBe(2);
  });

  it('reads nothing ahead', async () => {
    const { own, asked } = stream(['a', 'b', 'c']);
    await new Promise(setImmediate);
    expect(asked).toEqual([]);
    await own[Symbol.asyncIterator]().next();
    await new Promise(setImmediate);
    expect(asked).toEqual(['a']);
  });

  it('is cancelled when it is left before the last word, and the iterator of the SDK is left too', async () => {
    const { own, end, asked } = stream(['a', 'b', 'last']);
    for await (const _chunk of own) break;
    expect(asked).toEqual(['a', 'finally']);
    expect(await end()).toEqual([expect.objectContaining({ 'gen_ai.response.id': 'a', ...cancelled })]);
  });

  it('is complete when it is left after the last word', async () => {
    const { own, end } = stream(['a', 'last', 'more']);
    for await (const chunk of own) if (chunk === 'last') break;
    expect((await end())[0]).not.toHaveProperty('genai_otel.operation.cancelled');
  });

  it('is cancelled when it ends because it was aborted', async () => {
    const { own, end } = stream(['a']);
    own.controller.abort();
    await read(own);
    expect(await end()).toEqual([expect.objectContaining(cancelled)]);
  });

  it('fails with the very error of the iterator', async () => {
    const error = new RangeError('x');
    const { own, end } = stream(['a'], { failsWith: error });
    expect(await read(own).catch((caught: unknown) => caught)).toBe(error);
    expect(await end()).toEqual([expect.objectContaining({ 'error.type': 'RangeError', 'gen_ai.response.id': 'a' })]);
  });

  it('passes everything on although its fold throws', async () => {
    const { own, end } = stream(['a', 'poison', 'last']);
    expect(await read(own)).toEqual(['a', 'poison', 'last']);
    expect(await end()).toEqual([expect.objectContaining({ 'gen_ai.response.id': 'a,last' })]);
  });

  it('keeps chunks from the application that it did not ask for, and counts them', async () => {
    const { own, end } = stream(['a', 'hidden', 'hidden', 'last', 'hidden'], { hide: (chunk) => chunk === 'hidden' });
    expect(await read(own)).toEqual(['a', 'last']);
    expect(await end()).toEqual([expect.objectContaining({ 'gen_ai.response.id': 'a,hidden,hidden,last,hidden' })]);
  });

  it('gives parallel next() calls their chunks in order', async () => {
    const { own } = stream(['a', 'b', 'last']);
    const iterator = own[Symbol.asyncIterator]();
    const results = await Promise.all([iterator.next(), iterator.next(), iterator.next(), iterator.next()]);
    expect(results.map(({ value, done }) => (done ? 'done' : value))).toEqual(['a', 'b', 'last', 'done']);
  });

  it('a stream without chunks completes', async () => {
    const { own, end } = stream([]);
    expect(await read(own)).toEqual([]);
    const [span] = await end();
    expect(span).toMatchObject({ status: 0 });
    expect(span).not.toHaveProperty('gen_ai.response.time_to_first_chunk');
  });

  it('an iterator that never starts and is left does not read', async () => {
    const { own, end, asked } = stream(['a']);
    await own[Symbol.asyncIterator]().return?.();
    expect(asked).toEqual([]);
    expect(await end()).toEqual([expect.objectContaining(cancelled)]);
  });
});

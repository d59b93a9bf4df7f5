import { context, propagation } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GenAIContext, type GenAIContextOptions, withGenAIContext } from '../src/context/genai-context.ts';
import { endOpenRecordings } from '../src/recording/open-recordings.ts';
import { chat, createRecorder, hearDiagnostics } from './support.ts';

const heard = hearDiagnostics();
beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
afterAll(() => context.disable());

async function attributesUnder(run: (start: () => void) => unknown, config = {}) {
  const { recorder, memory } = createRecorder(config);
  await run(() => recorder.start(chat()).complete());
  return (await memory.collect()).spans.map(({ attributes }) => attributes);
}

describe('withGenAIContext', () => {
  const values = { conversationId: 'c1', userId: 'u1', sessionId: 's1', tags: ['a'], attributes: { tenant: 7 } };

  it('sets its values on every recording below it, and gives back what the function gives', async () => {
    const [inside, outside] = await attributesUnder((start) => {
      const run = () => {
        start();
        return 'result';
      };
      expect(withGenAIContext(values, run)).toBe('result');
      start();
    });
    expect(inside).toMatchObject({
      'gen_ai.conversation.id': 'c1',
      'user.id': 'u1',
      'session.id': 's1',
      'genai_otel.tags': ['a'],
      tenant: 7,
    });
    for (const name of ['gen_ai.conversation.id', 'user.id', 'session.id', 'genai_otel.tags', 'tenant']) {
      expect(outside).not.toHaveProperty([name]);
    }
  });

  it('reaches across promises and timers', async () => {
    const [attributes] = await attributesUnder((start) =>
      withGenAIContext(values, async () => {
        await Promise.resolve();
        await new Promise((resolve) => setTimeout(resolve, 1));
        start();
      }),
    );
    expect(attributes?.['gen_ai.conversation.id']).toBe('c1');
  });

  it('does not reach parallel calls of others', async () => {
    const users = await attributesUnder((start) =>
      Promise.all(
        ['u1', 'u2', 'u3'].map((userId) =>
          withGenAIContext({ userId }, async () => {
            await new Promise(setImmediate);
            start();
          }),
        ),
      ),
    );
    expect(users.map((attributes) => attributes['user.id'])).toEqual(['u1', 'u2', 'u3']);
  });

  it('adds to the outer one: inner values win, tags and attributes add up', async () => {
    const [attributes] = await attributesUnder((start) =>
      withGenAIContext(values, () =>
        withGenAIContext({ userId: 'u2', tags: ['b', 'a'], attributes: { tenant: 8, more: true } }, start),
      ),
    );
    expect(attributes).toMatchObject({
      'gen_ai.conversation.id': 'c1',
      'user.id': 'u2',
      'genai_otel.tags': ['a', 'b'],
      tenant: 8,
      more: true,
    });
  });

  it('hashes the user where the content policy says so', async () => {
    const [attributes] = await attributesUnder((start) => withGenAIContext(values, start), { hashUserIds: true });
    expect(attributes?.['user.id']).toMatch(/^[0-9a-f]{64}$/);
  });

  it('puts nothing into baggage unless asked for, and then what identifies alone', () => {
    const entries = () => propagation.getActiveBaggage()?.getAllEntries() ?? [];
    withGenAIContext(values, () => expect(entries()).toEqual([]));
    withGenAIContext(
      values,
      () =>
        expect(Object.fromEntries(entries().map(([name, { value }]) => [name, value]))).toEqual({
          'gen_ai.conversation.id': 'c1',
          'user.id': 'u1',
          'session.id': 's1',
        }),
      { baggage: true },
    );
  });

  it('lets the error of the function through as it is', () => {
    const error = new Error('x');
    let thrown: unknown;
    try {
      withGenAIContext(values, () => {
        throw error;
      });
    } catch (caught) {
      thrown = caught;
    }
    expect(thrown).toBe(error);
  });

  const odd: [string, unknown, unknown?][] = [
    ['nothing', undefined],
    ['null', null],
    ['a text', 'conversation'],
    ['tags that are a number', { tags: 5 }],
    ['tags that are one text', { tags: 'important' }],
    ['tags of wrong types', { tags: [1, {}, null] }],
    ['ids of wrong types', { conversationId: 5, userId: {}, sessionId: [] }],
    ['attributes that are a text', { attributes: 'tenant' }],
    ['attributes of wrong types', { attributes: { a: () => 1, b: Symbol('b'), c: { d: 1 } } }],
    ['options that are null', { userId: 'u' }, null],
  ];

  it.each(odd)('runs the function whatever it is given: %s', async (what, given, options) => {
    let runs = 0;
    const [attributes] = await attributesUnder((start) =>
      withGenAIContext(
        given as GenAIContext,
        () => {
          runs++;
          start();
        },
        options as GenAIContextOptions,
      ),
    );
    expect(runs).toBe(1);
    expect(attributes?.['gen_ai.operation.name']).toBe('chat');
    for (const name of ['gen_ai.conversation.id', 'user.id', 'session.id']) {
      expect(['string', 'undefined']).toContain(typeof attributes?.[name]);
    }
    const tags = attributes?.['genai_otel.tags'] ?? [];
    expect(tags).toSatisfy((given: unknown) => Array.isArray(given) && given.every((tag) => typeof tag === 'string'));
    if (what === 'tags that are one text') expect([[], ['important']]).toContainEqual(tags);
    expect(attributes).not.toHaveProperty('0');
    expect(heard.errors).toEqual([]);
  });
});

describe('endOpenRecordings', () => {
  it('ends every recording that is open as cancelled, with what is known of it, and no other', async () => {
    const { recorder, memory } = createRecorder();
    const open = recorder.start(chat());
    const streaming = recorder.start(chat());
    streaming.startStream(() => ({ id: 'r1', usage: { outputTokens: 3 } }));
    const ended = recorder.start(chat());
    ended.complete({ id: 'r2' });
    endOpenRecordings();
    expect([open.hasEnded, streaming.hasEnded]).toEqual([true, true]);
    endOpenRecordings();
    open.complete({ id: 'too late' });
    const { spans } = await memory.collect();
    expect(
      spans.map(({ attributes }) => [
        attributes['gen_ai.response.id'],
        attributes['gen_ai.usage.output_tokens'],
        attributes['genai_otel.operation.cancelled'],
      ]),
    ).toEqual([
      ['r2', undefined, undefined],
      [undefined, undefined, true],
      ['r1', 3, true],
    ]);
  });

  it('goes on after a recording whose mapping fails', async () => {
    const { recorder, memory } = createRecorder();
    recorder.start(chat()).startStream(() => {
      throw new Error('x');
    });
    recorder.start(chat());
    endOpenRecordings();
    expect((await memory.collect()).spans).toHaveLength(2);
  });
});

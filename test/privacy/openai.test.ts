import { createHmac } from 'node:crypto';
import type { ContentCaptureMode, GenAIInstrumentationConfig } from '@genai-otel/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chat, type Harness, startHarness } from '../../packages/instrumentation-openai/test/support/harness.ts';
import { converse, plant } from './conversation.ts';
import { leaks, MARK, secret } from './planted.ts';
import { listen, type Signals, toSignals } from './signals.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await startHarness();
  plant(harness);
});
afterAll(() => harness.close());

async function signalsOf(config: GenAIInstrumentationConfig, run = converse): Promise<Signals> {
  const heard = listen();
  try {
    await harness.configure(config);
    await run(harness);
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
    return toSignals(await harness.collect(), heard.said());
  } finally {
    heard.stop();
  }
}

const leaksOf = (signals: Signals) => ({
  spans: leaks(signals.spans),
  metrics: leaks(signals.metrics),
  events: leaks(signals.events),
  messages: leaks(signals.messages),
});
const nothing = { spans: [], metrics: [], events: [], messages: [] };

const modes: ContentCaptureMode[] = ['NO_CONTENT', 'SPAN_ONLY', 'EVENT_ONLY', 'SPAN_AND_EVENT'];

/** What is content, and may be recorded where that is asked for. */
const contentPlaces = [
  'answer-arguments',
  'answer-content',
  'answer-reasoning',
  'answer-refusal',
  'answer-transcript',
  'echoed-instructions',
  'embedded',
  'error-in-stream',
  'error-message',
  'error-of-fetch',
  'error-of-response',
  'image-address',
  'mcp-output',
  'moderated',
  'parameter-description',
  'prompt',
  'revised-prompt',
  'run-arguments',
  'run-result',
  'sent-arguments',
  'speech',
  'system',
  'tool-description',
  'tool-error',
  'tool-result',
  'transcript',
  'unknown-item',
  'unknown-part',
  'user-text',
];

describe('without a word in the configuration', () => {
  it('nothing private is in any signal', async () => {
    const signals = await signalsOf({});
    expect(leaksOf(signals)).toEqual(nothing);
    expect(signals.spans).toContain('gpt-4o-mini');
    expect(signals.spans).not.toContain(MARK);
    expect(signals.metrics).not.toContain(MARK);
    expect(signals.events).not.toContain(MARK);
    expect(signals.messages).not.toContain(MARK);
  });
});

describe.each(modes)('%s', (captureContent) => {
  const onSpans = captureContent === 'SPAN_ONLY' || captureContent === 'SPAN_AND_EVENT';
  const inEvents = captureContent === 'EVENT_ONLY' || captureContent === 'SPAN_AND_EVENT';

  it('content goes where it was asked for and nowhere else', async () => {
    const found = leaksOf(await signalsOf({ captureContent }));
    expect(found.metrics).toEqual([]);
    expect(found.messages).toEqual([]);
    if (!onSpans) expect(found.spans).toEqual([]);
    if (!inEvents) expect(found.events).toEqual([]);
    if (onSpans)
      expect(found.spans).toEqual(
        expect.arrayContaining(['system', 'user-text', 'answer-content', 'tool-result', 'run-result']),
      );
    if (inEvents)
      expect(found.events).toEqual(expect.arrayContaining(['system', 'user-text', 'answer-content', 'tool-result']));
  });

  it.each<[string, GenAIInstrumentationConfig]>([
    ['hashed', { contentMode: 'hash' }],
    ['dropped', { contentMode: 'drop' }],
    ['redacted', { redactors: [(text) => text.replaceAll(/PLANTED-[a-z0-9-]+-4f1d9c|sk-PLANTED\w+/g, '[gone]')] }],
    [
      'lost to a redactor that fails',
      {
        redactors: [
          () => {
            throw new Error(secret('redactor'));
          },
        ],
      },
    ],
    ['cut to nothing', { maxContentLength: 0 }],
    ['refused because a redactor is unknown', { redactors: ['nonsense' as never] }],
  ])('content that is %s gives nothing away', async (_how, config) => {
    expect(leaksOf(await signalsOf({ captureContent, ...config }))).toEqual(nothing);
  });

  it('keys that providers quote in errors are found by the redactor of keys', async () => {
    const signals = await signalsOf({ captureContent, redactors: ['api_key'] });
    for (const text of Object.values(signals)) expect(leaks(text)).not.toContain('api-key');
    if (onSpans) expect(signals.spans).toContain('[REDACTED:api_key]');
  });

  it('media are never there as they are', async () => {
    const signals = await signalsOf({ captureContent });
    for (const text of Object.values(signals))
      expect(leaks(text).filter((place) => place.endsWith('(base64)'))).toEqual([]);
  });

  it('headers, keys, metadata and users are in no answer or request that is captured', async () => {
    // Without the failing calls, whose errors quote all of it.
    const signals = await signalsOf({ captureContent }, async () => {
      const quiet = {
        ...harness,
        client: (options: { scenario?: string } = {}) =>
          harness.client({
            ...options,
            scenario: /error|quotes|401/.test(options.scenario ?? '') ? '' : (options.scenario ?? ''),
          }),
      };
      await converse(quiet);
    });
    const places = new Set(Object.values(signals).flatMap((text) => leaks(text)));
    expect([...places].filter((place) => !contentPlaces.includes(place))).toEqual([]);
  });
});

describe('a function that decides for each request', () => {
  it('is given nothing that is content, and its word counts for that request alone', async () => {
    const asked: unknown[] = [];
    const signals = await signalsOf(
      {
        captureContent: (request) => {
          asked.push(request);
          return request.operation === 'embeddings' ? 'SPAN_ONLY' : 'NO_CONTENT';
        },
      },
      converse,
    );
    expect(leaks(JSON.stringify(asked))).toEqual([]);
    expect(leaksOf(signals)).toEqual({ ...nothing, spans: ['embedded'] });
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error(secret('function'));
      },
    ],
    ['returns nonsense', () => 'EVERYTHING'],
    ['returns true', () => true],
    ['returns nothing', () => undefined],
  ])('that %s lets nothing through', async (_what, captureContent) => {
    expect(leaksOf(await signalsOf({ captureContent: captureContent as never }))).toEqual(nothing);
  });
});

describe('users', () => {
  const call = async ({ client }: Harness) => {
    await client().chat.completions.create({ ...chat, user: secret('user-id') });
    await client().responses.create({
      model: 'm',
      input: 'Hi',
      safety_identifier: secret('safety-identifier'),
      user: 'other',
    } as never);
    await client().embeddings.create({ model: 'm', input: 'x', user: secret('user-id') });
  };

  it('are nowhere by default', async () => {
    expect(leaksOf(await signalsOf({ captureContent: 'SPAN_AND_EVENT' }, call))).toEqual(nothing);
  });

  it('are on spans and events where that is asked for, never in metrics', async () => {
    const found = leaksOf(await signalsOf({ captureUserId: true, captureContent: 'EVENT_ONLY' }, call));
    const both = ['safety-identifier', 'user-id'];
    expect(found).toEqual({ ...nothing, spans: both, events: both });
  });

  it('are hashed with the salt where that is asked for', async () => {
    const signals = await signalsOf({ captureUserId: true, hashUserIds: { salt: 'pepper' } }, call);
    expect(leaksOf(signals)).toEqual(nothing);
    expect(signals.spans).toContain(createHmac('sha256', 'pepper').update(secret('user-id')).digest('hex'));
  });

  it('are nowhere where the option is not understood', async () => {
    expect(leaksOf(await signalsOf({ captureUserId: 'yes' as never }, call))).toEqual(nothing);
  });
});

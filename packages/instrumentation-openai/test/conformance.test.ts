import { connect } from 'node:net';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import { afterEach, describe, expect, it } from 'vitest';
import { checkConformance } from '../../../test/conformance/check.ts';
import { chat, drain, type Harness, startHarness } from './support/harness.ts';
import { points, total } from './support/recorded.ts';
import { type Sdk, sdks } from './support/sdks.ts';

const VARIABLE = 'OTEL_SEMCONV_STABILITY_OPT_IN';
const conventions = [
  { optIn: undefined, convention: '1.41.0' as const, duplicateMetrics: false },
  { optIn: 'gen_ai_latest_experimental', convention: 'latest' as const, duplicateMetrics: false },
  { optIn: 'http,gen_ai_latest_experimental/dup', convention: 'latest' as const, duplicateMetrics: true },
];
const captures = ['NO_CONTENT', 'SPAN_AND_EVENT'] as const;

/** What the provider does not say of an operation, or the convention has no value for, and so is absent. */
const NOT_SENT: RegExp[] = [
  // The convention knows the API types of chat completions and responses alone.
  /^missing_recommended: (generate_content|text_completion|chat gpt-realtime).*, openai\.api\.type/,
  /^missing_recommended: generate_content .*, gen_ai\.response\.(id|model|finish_reasons)/,
  /^missing_recommended: generate_content (tts-1|whisper-1), gen_ai\.usage/,
  /^missing_recommended: chat gpt-realtime, gen_ai\.response\.model/,
  // A variation has no prompt, and sound is the application's to read.
  /^content_missing: generate_content (dall-e-2|tts-1)/,
  // What goes on when the call returns has neither an end nor usage.
  /^missing_recommended: invoke_agent, gen_ai\.(response\.finish_reasons|usage)/,
  /^missing_recommended: chat gpt-background, gen_ai\.(response\.finish_reasons|usage)/,
  /^content_missing: chat gpt-background/,
  /^missing_recommended: fetch_response, gen_ai\.response\.finish_reasons/,
  // Stored chat completions have no status.
  /^missing_recommended: fetch_response, gen_ai\.response\.status/,
];

let harness: Harness;
afterEach(async () => {
  delete process.env[VARIABLE];
  await harness.close();
});

async function start(optIn: string | undefined, captureContent: (typeof captures)[number]) {
  if (optIn !== undefined) process.env[VARIABLE] = optIn;
  harness = await startHarness({ captureContent, captureUserId: true, injectStreamUsage: true });
}

const everything = {
  temperature: 0,
  top_p: 0.5,
  max_tokens: 100,
  seed: 7,
  frequency_penalty: 0,
  presence_penalty: 0,
  stop: ['END'],
  service_tier: 'flex' as const,
  reasoning_effort: 'low' as const,
  user: 'user-1',
};
const file = () => new File([new Uint8Array([1])], 'sound.mp3');
const picture = () => new File([new Uint8Array([1])], 'fox.png');

/** Every kind of call that every release has, in every way that it can end. */
async function converse(sdk: Sdk): Promise<void> {
  const client = harness.client({}, sdk);
  const { completions } = client.chat;
  await completions.create({ ...chat, ...everything, n: 2 });
  await drain(
    await completions.create({ ...chat, ...everything, n: 2, stream: true, stream_options: { include_usage: true } }),
  );
  for (const scenario of ['parallel-tool-calls', 'refusal', 'length', 'content-filter', 'malformed-tool-arguments']) {
    const other = harness.client({ scenario }, sdk).chat.completions;
    await other.create(chat);
    await drain(await other.create({ ...chat, stream: true }));
  }
  for (const scenario of [
    '401',
    '503',
    'non-json-error',
    'reset',
    'error-event',
    'drop-mid-stream',
    'quotes-prompt-and-key',
  ]) {
    const failing = harness.client({ scenario, maxRetries: 1 }, sdk).chat.completions;
    await failing
      .create({ ...chat, stream: true })
      .then(drain)
      .catch(() => undefined);
  }
  await harness.client({ scenario: '429-twice', test: sdk.version }, sdk).chat.completions.create(chat);
  for await (const _chunk of await completions.create({ ...chat, stream: true })) break;
  const completion = { model: 'gpt-3.5-turbo-instruct', prompt: 'Say' };
  await client.completions.create(completion);
  await drain(await client.completions.create({ ...completion, stream: true }));
  await client.embeddings.create({ model: 'text-embedding-3-small', input: ['a', 'b'], encoding_format: 'float' });
  await client.embeddings.create({ model: 'text-embedding-3-small', input: 'a' });
  await client.images.generate({ model: 'gpt-image-1', prompt: 'A fox', n: 2 });
  await client.images.edit({ model: 'gpt-image-1', prompt: 'Greener', image: picture() });
  await client.images.createVariation({ image: picture(), model: 'dall-e-2' });
  await client.audio.speech.create({ model: 'tts-1', voice: 'alloy', input: 'Hello' });
  await client.audio.transcriptions.create({ model: 'whisper-1', file: file(), prompt: 'Names: Ada' });
  await client.audio.translations.create({ model: 'whisper-1', file: file(), prompt: 'Names: Ada' });
  await client.moderations.create({ model: 'omni-moderation-latest', input: 'a' });
  await client.beta.threads.runs.create('thread_1', { assistant_id: 'asst_1' });
}

/** What came after 4.19. */
async function converseMore(sdk: Sdk): Promise<void> {
  const client = harness.client({}, sdk);
  const body = { model: 'gpt-4o-mini', input: 'Hello' };
  await client.responses.create({
    ...body,
    instructions: 'Be brief.',
    reasoning: { effort: 'low' },
    previous_response_id: 'resp_0',
  });
  for (const scenario of [
    'parallel-tool-calls',
    'custom-tool',
    'refusal',
    'reasoning',
    'web-search, file-search, code-interpreter, mcp, image-generation, unknown-item',
    'mcp-failed',
    'unknown-content',
    'incomplete',
    'failed',
  ]) {
    const other = harness.client({ scenario }, sdk).responses;
    await other.create(body);
    await drain(await other.create({ ...body, stream: true }));
  }
  const queued = await client.responses.create({ ...body, model: 'gpt-background', background: true });
  await client.responses.retrieve(queued.id);
  await client.responses.retrieve(queued.id);
  for await (const _event of await client.responses.create({ ...body, stream: true })) break;
  await client.batches.create({
    endpoint: '/v1/chat/completions',
    input_file_id: 'file-input',
    completion_window: '24h',
  });
  await client.batches.retrieve('batch_1');
  await client.batches.cancel('batch_1');
  await client.beta.threads.runs.createAndPoll('thread_1', { assistant_id: 'asst_1' });
  await client.beta.threads.runs.stream('thread_1', { assistant_id: 'asst_1' }).finalRun();
  const completions =
    sdk.major < 5 ? (client.beta as unknown as typeof client).chat.completions : client.chat.completions;
  await completions.retrieve?.('chatcmpl-9');
  const run = {
    type: 'function',
    function: { name: 'get_weather', parse: JSON.parse, parameters: {}, function: () => 'mild' },
  };
  const tools =
    sdk.major < 5
      ? (harness.client({ scenario: 'tool-calls' }, sdk).beta as unknown as typeof client)
      : harness.client({ scenario: 'tool-calls' }, sdk);
  await tools.chat.completions.runTools({ ...chat, tools: [run] } as never).finalContent();
}

async function speak(): Promise<void> {
  harness.instrumentation.instrument(OpenAIRealtimeWS);
  const input = [
    { type: 'message' as const, role: 'user' as const, content: [{ type: 'input_text' as const, text: 'Hello' }] },
  ];
  const createConnection = ({ port, host }: { port: number; host: string }) => connect(port, host);
  for (const instructions of ['', 'tool', 'fail', 'error', 'close']) {
    const connection = new OpenAIRealtimeWS(
      { model: 'gpt-realtime', options: { createConnection } as never },
      harness.client(),
    );
    const ended = new Promise<void>((resolve) => {
      connection.on('error', () => resolve());
      connection.on('response.done', () => resolve());
      connection.socket.once('close', () => resolve());
    });
    connection.on('session.created', () =>
      connection.send({ type: 'response.create', response: { instructions, input } }),
    );
    await ended;
    connection.close();
  }
}

describe.each(conventions)('$convention (opt-in: $optIn)', ({ optIn, convention, duplicateMetrics }) => {
  describe.each(captures)('%s', (capture) => {
    const violations = async () => {
      const found = checkConformance(await harness.collect(), {
        convention,
        duplicateMetrics,
        contentCaptured: capture !== 'NO_CONTENT',
        extraOperations: ['moderations', 'create_batch', 'retrieve_batch', 'cancel_batch'],
      });
      const lines = found.map(({ rule, name, attribute, detail }) => `${rule}: ${name}, ${attribute}: ${detail}`);
      return [...new Set(lines)].filter((line) => !NOT_SENT.some((pattern) => pattern.test(line)));
    };

    it.each(sdks)('openai $version conforms', { timeout: 30_000 }, async (sdk) => {
      await start(optIn, capture);
      await converse(sdk);
      if (sdk.version !== '4.19') await converseMore(sdk);
      expect(await violations()).toEqual([]);
    });

    it('realtime conforms', async () => {
      await start(optIn, capture);
      await speak();
      await harness.collectSpans(5);
      expect(await violations()).toEqual([]);
    });
  });

  it('writes the metrics of its version, each point once', async () => {
    await start(optIn, 'NO_CONTENT');
    await drain(
      await harness
        .client()
        .chat.completions.create({ ...chat, stream: true, stream_options: { include_usage: true } }),
    );
    const recorded = await harness.collectSpans(1);
    const isOld = optIn === undefined || duplicateMetrics;
    const isNew = optIn !== undefined;
    const count = (name: string) => total(recorded, name).count;
    expect(count('gen_ai.client.operation.duration')).toBe(isOld ? 1 : 0);
    expect(count('gen_ai.client.operation.time_to_first_chunk')).toBe(isOld ? 1 : 0);
    expect(count('gen_ai.client.operation.time_per_output_chunk')).toBe(isOld ? 7 : 0);
    expect(total(recorded, 'gen_ai.client.token.usage')).toEqual(isOld ? { sum: 29, count: 2 } : { sum: 0, count: 0 });
    expect(count('gen_ai.client.inference.duration')).toBe(isNew ? 1 : 0);
    expect(count('gen_ai.client.inference.time_to_first_chunk')).toBe(isNew ? 1 : 0);
    expect(count('gen_ai.client.inference.time_per_output_chunk')).toBe(isNew ? 7 : 0);
    const of = (name: string) => total(recorded, `gen_ai.client.inference.${name}`).sum;
    expect(of('operation.input_tokens')).toBe(isNew ? 19 : 0);
    expect(of('operation.output_tokens')).toBe(isNew ? 10 : 0);
    expect(of('usage.input_tokens')).toBe(isNew ? 19 : 0);
    expect(of('usage.output_tokens')).toBe(isNew ? 10 : 0);
    expect(of('usage.cache_read.input_tokens')).toBe(isNew ? 8 : 0);
    expect(of('usage.reasoning.output_tokens')).toBe(isNew ? 4 : 0);
    if (isNew) {
      const byModality = points(recorded, 'gen_ai.client.inference.usage.input_tokens');
      expect(byModality.map(({ attributes, sum }) => [attributes['gen_ai.token.modality'], sum])).toEqual([
        ['audio', 2],
        ['unknown', 17],
      ]);
    }
  });
});

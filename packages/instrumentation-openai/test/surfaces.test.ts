import type { OpenAI } from 'openai';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chat, drain, type Harness, startHarness } from './support/harness.ts';
import { only, points, total } from './support/recorded.ts';
import { isAtLeast, type Sdk, sdks } from './support/sdks.ts';

interface Surface {
  what: string;
  /** First of the tested releases that has it. */
  since?: string;
  call(client: OpenAI, sdk: Sdk): unknown;
  span: string;
  attributes: Record<string, unknown>;
  /** Tokens, as the metric counts them. */
  usage?: [input: number, output: number | undefined];
  chunks?: boolean;
  /** A helper that makes several requests, so that none of their statuses is the operation's. */
  polls?: boolean;
}

const file = () => new File([new Uint8Array([1, 2, 3])], 'sound.mp3', { type: 'audio/mpeg' });
const picture = () => new File([new Uint8Array([1, 2, 3])], 'fox.png', { type: 'image/png' });

const chatAnswer = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o-mini',
  'openai.api.type': 'chat_completions',
  'gen_ai.response.id': 'chatcmpl-1',
  'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
  'openai.response.service_tier': 'default',
  'openai.response.system_fingerprint': 'fp_0123456789',
};
const chatUsage = {
  'gen_ai.usage.input_tokens': 19,
  'gen_ai.usage.output_tokens': 10,
  'gen_ai.usage.cache_read.input_tokens': 8,
  'gen_ai.usage.reasoning.output_tokens': 4,
  'genai_otel.usage.audio.input_tokens': 2,
  'genai_otel.usage.audio.output_tokens': 1,
};
const responsesAnswer = {
  'gen_ai.provider.name': 'openai',
  'openai.api.type': 'responses',
  'gen_ai.response.id': 'resp_1',
  'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
  'genai_otel.response.status': 'completed',
  'gen_ai.response.finish_reasons': ['stop'],
  'openai.response.service_tier': 'default',
};
const responsesUsage = {
  'gen_ai.usage.input_tokens': 36,
  'gen_ai.usage.output_tokens': 20,
  'gen_ai.usage.cache_read.input_tokens': 16,
  'gen_ai.usage.reasoning.output_tokens': 12,
};
const imageAnswer = {
  'gen_ai.operation.name': 'generate_content',
  'gen_ai.provider.name': 'openai',
  'gen_ai.output.type': 'image',
  'gen_ai.usage.input_tokens': 50,
  'gen_ai.usage.output_tokens': 1060,
  'genai_otel.usage.text.input_tokens': 10,
  'genai_otel.usage.image.input_tokens': 40,
};
const transcriptAnswer = {
  'gen_ai.operation.name': 'generate_content',
  'gen_ai.provider.name': 'openai',
  'gen_ai.output.type': 'text',
};
const transcriptUsage = {
  'gen_ai.usage.input_tokens': 14,
  'gen_ai.usage.output_tokens': 5,
  'genai_otel.usage.text.input_tokens': 4,
  'genai_otel.usage.audio.input_tokens': 10,
};
const runAnswer = {
  'gen_ai.operation.name': 'invoke_agent',
  'gen_ai.provider.name': 'openai',
  'gen_ai.agent.id': 'asst_1',
  'gen_ai.conversation.id': 'thread_1',
  'gen_ai.response.id': 'run_1',
  'gen_ai.response.model': 'gpt-4o-mini',
};
const runUsage = {
  'gen_ai.response.finish_reasons': ['stop'],
  'gen_ai.usage.input_tokens': 123,
  'gen_ai.usage.output_tokens': 45,
};
const batchAnswer = {
  'gen_ai.provider.name': 'openai',
  'gen_ai.response.id': 'batch_1',
  'genai_otel.batch.endpoint': '/v1/chat/completions',
  'genai_otel.batch.requests.total': 100,
};
const streamed = {
  'gen_ai.request.stream': true,
  'gen_ai.response.time_to_first_chunk': expect.any(Number),
};

/** Helpers of chat completions stood under `beta` before 5.0. */
const helpers = (client: OpenAI, { major }: Sdk): OpenAI['chat']['completions'] =>
  major < 5 ? (client.beta as unknown as OpenAI).chat.completions : client.chat.completions;

/** `runs.submitToolOutputs` took the thread first before 5.0. */
const submit = (client: OpenAI, { major }: Sdk, method: 'submitToolOutputs' | 'submitToolOutputsAndPoll') => {
  const runs = client.beta.threads.runs as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  const outputs = { tool_outputs: [{ tool_call_id: 'call_a', output: '21' }] };
  return major < 5
    ? runs[method]?.('thread_1', 'run_1', outputs)
    : runs[method]?.('run_1', { thread_id: 'thread_1', ...outputs });
};

const surfaces: Surface[] = [
  {
    what: 'chat completion with every option',
    call: (client) =>
      client.chat.completions.create({
        ...chat,
        temperature: 0,
        top_p: 0.5,
        max_tokens: 100,
        n: 2,
        seed: 7,
        frequency_penalty: 0,
        presence_penalty: -1,
        stop: ['END', 'STOP'],
        reasoning_effort: 'low',
        service_tier: 'flex',
        response_format: { type: 'json_object' },
        user: 'user-1',
      }),
    span: 'chat gpt-4o-mini',
    attributes: {
      ...chatAnswer,
      ...chatUsage,
      'gen_ai.request.temperature': 0,
      'gen_ai.request.top_p': 0.5,
      'gen_ai.request.max_tokens': 100,
      'gen_ai.request.choice.count': 2,
      'gen_ai.request.seed': 7,
      'gen_ai.request.frequency_penalty': 0,
      'gen_ai.request.presence_penalty': -1,
      'gen_ai.request.stop_sequences': ['END', 'STOP'],
      'genai_otel.request.reasoning.level': 'low',
      'openai.request.service_tier': 'flex',
      'openai.response.service_tier': 'flex',
      'gen_ai.output.type': 'json',
      'gen_ai.response.finish_reasons': ['stop', 'stop'],
    },
    usage: [19, 10],
  },
  {
    what: 'chat completion without any option',
    call: (client) => client.chat.completions.create(chat),
    span: 'chat gpt-4o-mini',
    attributes: { ...chatAnswer, ...chatUsage, 'gen_ai.response.finish_reasons': ['stop'] },
    usage: [19, 10],
  },
  {
    what: 'streamed chat completion with usage',
    call: async (client) =>
      drain(await client.chat.completions.create({ ...chat, stream: true, stream_options: { include_usage: true } })),
    span: 'chat gpt-4o-mini',
    attributes: { ...chatAnswer, ...chatUsage, ...streamed, 'gen_ai.response.finish_reasons': ['stop'] },
    usage: [19, 10],
    chunks: true,
  },
  {
    what: 'streamed chat completion without usage',
    call: async (client) => drain(await client.chat.completions.create({ ...chat, stream: true })),
    span: 'chat gpt-4o-mini',
    attributes: { ...chatAnswer, ...streamed, 'gen_ai.response.finish_reasons': ['stop'] },
    chunks: true,
  },
  {
    what: 'stream helper of chat completions',
    call: (client, sdk) =>
      helpers(client, sdk)
        .stream({ ...chat, stream: true })
        .finalContent(),
    span: 'chat gpt-4o-mini',
    attributes: { ...chatAnswer, ...streamed, 'gen_ai.response.finish_reasons': ['stop'] },
    chunks: true,
  },
  {
    what: 'parsed chat completion',
    since: '4',
    call: (client, sdk) =>
      helpers(client, sdk).parse({
        ...chat,
        response_format: { type: 'json_schema', json_schema: { name: 'weather', strict: true, schema: {} } },
      }),
    span: 'chat gpt-4o-mini',
    attributes: {
      ...chatAnswer,
      ...chatUsage,
      'gen_ai.output.type': 'json',
      'gen_ai.response.finish_reasons': ['stop'],
    },
    usage: [19, 10],
  },
  {
    what: 'stored chat completion',
    since: '4',
    call: (client) => client.chat.completions.retrieve('chatcmpl-9'),
    span: 'fetch_response',
    attributes: {
      ...chatAnswer,
      'gen_ai.operation.name': 'fetch_response',
      'gen_ai.request.model': undefined,
      'gen_ai.response.id': 'chatcmpl-9',
      'gen_ai.response.finish_reasons': ['stop'],
    },
  },
  {
    what: 'response with every option',
    since: '4',
    call: (client) =>
      client.responses.create({
        model: 'gpt-4o-mini',
        input: 'What is the weather in Paris?',
        temperature: 0,
        top_p: 1,
        max_output_tokens: 64,
        reasoning: { effort: 'high' },
        previous_response_id: 'resp_0',
        prompt: { id: 'pmpt_1', version: '3' },
        service_tier: 'auto',
        text: { format: { type: 'json_schema', name: 'weather', schema: {} } },
      }),
    span: 'chat gpt-4o-mini',
    attributes: {
      ...responsesAnswer,
      ...responsesUsage,
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.request.temperature': 0,
      'gen_ai.request.top_p': 1,
      'gen_ai.request.max_tokens': 64,
      'genai_otel.request.reasoning.level': 'high',
      'genai_otel.request.previous_response.id': 'resp_0',
      'gen_ai.prompt.name': 'pmpt_1',
      'genai_otel.prompt.version': '3',
      'gen_ai.output.type': 'json',
    },
    usage: [36, 20],
  },
  {
    what: 'response of a conversation',
    since: '4',
    call: (client) =>
      client.responses.create({ model: 'gpt-4o-mini', input: 'Hello', conversation: { id: 'conv_1' } } as never),
    span: 'chat gpt-4o-mini',
    attributes: {
      ...responsesAnswer,
      ...responsesUsage,
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.conversation.id': 'conv_1',
    },
    usage: [36, 20],
  },
  {
    what: 'streamed response',
    since: '4',
    call: async (client) =>
      drain(await client.responses.create({ model: 'gpt-4o-mini', input: 'Hello', stream: true })),
    span: 'chat gpt-4o-mini',
    attributes: {
      ...responsesAnswer,
      ...responsesUsage,
      ...streamed,
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'gpt-4o-mini',
    },
    usage: [36, 20],
    chunks: true,
  },
  {
    what: 'stream helper of responses',
    since: '4',
    call: (client) => client.responses.stream({ model: 'gpt-4o-mini', input: 'Hello' }).finalResponse(),
    span: 'chat gpt-4o-mini',
    attributes: {
      ...responsesAnswer,
      ...responsesUsage,
      ...streamed,
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'gpt-4o-mini',
    },
    usage: [36, 20],
    chunks: true,
  },
  {
    what: 'response that is fetched',
    since: '4',
    call: (client) => client.responses.retrieve('resp_7'),
    span: 'fetch_response',
    attributes: {
      ...responsesAnswer,
      'gen_ai.operation.name': 'fetch_response',
      'gen_ai.response.id': 'resp_7',
    },
  },
  {
    what: 'response that is taken up again as a stream',
    since: '5',
    call: async (client) => drain(await client.responses.retrieve('resp_1', { stream: true, starting_after: 3 })),
    span: 'fetch_response',
    attributes: {
      ...responsesAnswer,
      ...streamed,
      'gen_ai.operation.name': 'fetch_response',
      'genai_otel.request.stream_cursor': '3',
    },
    chunks: true,
  },
  {
    what: 'legacy completion',
    call: (client) =>
      client.completions.create({ model: 'gpt-3.5-turbo-instruct', prompt: 'Say', max_tokens: 5, n: 2, stop: '.' }),
    span: 'text_completion gpt-3.5-turbo-instruct',
    attributes: {
      'gen_ai.operation.name': 'text_completion',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-3.5-turbo-instruct',
      'gen_ai.request.max_tokens': 5,
      'gen_ai.request.choice.count': 2,
      'gen_ai.request.stop_sequences': ['.'],
      'gen_ai.response.id': 'cmpl-1',
      'gen_ai.response.model': 'gpt-3.5-turbo-instruct',
      'gen_ai.response.finish_reasons': ['stop', 'stop'],
      'openai.response.system_fingerprint': 'fp_0123456789',
      'gen_ai.usage.input_tokens': 5,
      'gen_ai.usage.output_tokens': 7,
    },
    usage: [5, 7],
  },
  {
    what: 'streamed legacy completion',
    call: async (client) =>
      drain(
        await client.completions.create({
          model: 'gpt-3.5-turbo-instruct',
          prompt: 'Say',
          stream: true,
          stream_options: { include_usage: true },
        }),
      ),
    span: 'text_completion gpt-3.5-turbo-instruct',
    attributes: {
      ...streamed,
      'gen_ai.operation.name': 'text_completion',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-3.5-turbo-instruct',
      'gen_ai.response.id': 'cmpl-1',
      'gen_ai.response.model': 'gpt-3.5-turbo-instruct',
      'gen_ai.response.finish_reasons': ['stop'],
      'openai.response.system_fingerprint': 'fp_0123456789',
      'gen_ai.usage.input_tokens': 5,
      'gen_ai.usage.output_tokens': 7,
    },
    usage: [5, 7],
    chunks: true,
  },
  {
    what: 'embeddings',
    call: (client) => client.embeddings.create({ model: 'text-embedding-3-small', input: ['one', 'two'] }),
    span: 'embeddings text-embedding-3-small',
    attributes: {
      'gen_ai.operation.name': 'embeddings',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'text-embedding-3-small',
      'gen_ai.response.model': 'text-embedding-3-small',
      'gen_ai.embeddings.dimension.count': 4,
      'gen_ai.usage.input_tokens': 16,
    },
    usage: [16, undefined],
  },
  {
    what: 'embeddings as floats of a given dimension',
    call: (client) =>
      client.embeddings.create({
        model: 'text-embedding-3-small',
        input: 'one',
        encoding_format: 'float',
        dimensions: 2,
      }),
    span: 'embeddings text-embedding-3-small',
    attributes: {
      'gen_ai.operation.name': 'embeddings',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'text-embedding-3-small',
      'gen_ai.request.encoding_formats': ['float'],
      'gen_ai.response.model': 'text-embedding-3-small',
      'gen_ai.embeddings.dimension.count': 2,
      'gen_ai.usage.input_tokens': 8,
    },
    usage: [8, undefined],
  },
  {
    what: 'embeddings as base64 of a given dimension',
    call: (client) =>
      client.embeddings.create({
        model: 'text-embedding-3-small',
        input: [1, 2, 3],
        encoding_format: 'base64',
        dimensions: 2,
      }),
    span: 'embeddings text-embedding-3-small',
    attributes: {
      'gen_ai.operation.name': 'embeddings',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'text-embedding-3-small',
      'gen_ai.request.encoding_formats': ['base64'],
      'gen_ai.response.model': 'text-embedding-3-small',
      'gen_ai.embeddings.dimension.count': 2,
      'gen_ai.usage.input_tokens': 8,
    },
    usage: [8, undefined],
  },
  {
    what: 'image generation',
    call: (client) => client.images.generate({ model: 'gpt-image-1', prompt: 'A fox', n: 2 }),
    span: 'generate_content gpt-image-1',
    attributes: { ...imageAnswer, 'gen_ai.request.model': 'gpt-image-1', 'gen_ai.request.choice.count': 2 },
    usage: [50, 1060],
  },
  {
    what: 'streamed image generation',
    since: '5',
    call: async (client) =>
      drain(await client.images.generate({ model: 'gpt-image-1', prompt: 'A fox', stream: true, partial_images: 2 })),
    span: 'generate_content gpt-image-1',
    attributes: { ...imageAnswer, ...streamed, 'gen_ai.request.model': 'gpt-image-1' },
    usage: [50, 1060],
    chunks: true,
  },
  {
    what: 'image edit',
    call: (client) => client.images.edit({ model: 'gpt-image-1', prompt: 'Greener', image: picture() }),
    span: 'generate_content gpt-image-1',
    attributes: { ...imageAnswer, 'gen_ai.request.model': 'gpt-image-1' },
    usage: [50, 1060],
  },
  {
    what: 'image variation',
    call: (client) => client.images.createVariation({ image: picture() }),
    span: 'generate_content',
    attributes: imageAnswer,
    usage: [50, 1060],
  },
  {
    what: 'speech',
    call: async (client) =>
      (await client.audio.speech.create({ model: 'tts-1', voice: 'alloy', input: 'Hello' })).arrayBuffer(),
    span: 'generate_content tts-1',
    attributes: {
      'gen_ai.operation.name': 'generate_content',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'tts-1',
      'gen_ai.output.type': 'speech',
    },
  },
  {
    what: 'transcription',
    call: (client) => client.audio.transcriptions.create({ model: 'gpt-4o-transcribe', file: file(), temperature: 0 }),
    span: 'generate_content gpt-4o-transcribe',
    attributes: {
      ...transcriptAnswer,
      ...transcriptUsage,
      'gen_ai.request.model': 'gpt-4o-transcribe',
      'gen_ai.request.temperature': 0,
    },
    usage: [14, 5],
  },
  {
    what: 'transcription as text',
    call: (client) =>
      client.audio.transcriptions.create({ model: 'whisper-1', file: file(), response_format: 'text' as never }),
    span: 'generate_content whisper-1',
    attributes: { ...transcriptAnswer, 'gen_ai.request.model': 'whisper-1' },
  },
  {
    what: 'transcription that is billed by its length',
    call: (client) =>
      client.audio.transcriptions.create({
        model: 'whisper-1',
        file: file(),
        response_format: 'verbose_json' as never,
      }),
    span: 'generate_content whisper-1',
    attributes: { ...transcriptAnswer, 'gen_ai.request.model': 'whisper-1' },
  },
  {
    what: 'streamed transcription',
    since: '4',
    call: async (client) =>
      drain(
        await client.audio.transcriptions.create({
          model: 'gpt-4o-transcribe',
          file: file(),
          stream: true,
          response_format: 'json',
        }),
      ),
    span: 'generate_content gpt-4o-transcribe',
    attributes: { ...transcriptAnswer, ...transcriptUsage, ...streamed, 'gen_ai.request.model': 'gpt-4o-transcribe' },
    usage: [14, 5],
    chunks: true,
  },
  {
    what: 'translation',
    call: (client) => client.audio.translations.create({ model: 'whisper-1', file: file() }),
    span: 'generate_content whisper-1',
    attributes: { ...transcriptAnswer, 'gen_ai.request.model': 'whisper-1' },
  },
  {
    what: 'moderation',
    call: (client) => client.moderations.create({ model: 'omni-moderation-latest', input: ['a', 'b'] }),
    span: 'moderations omni-moderation-latest',
    attributes: {
      'gen_ai.operation.name': 'moderations',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'omni-moderation-latest',
      'gen_ai.response.id': 'modr-1',
      'gen_ai.response.model': 'omni-moderation-latest',
    },
  },
  {
    what: 'batch that is created',
    since: '4',
    call: (client) =>
      client.batches.create({
        endpoint: '/v1/chat/completions',
        input_file_id: 'file-input',
        completion_window: '24h',
      }),
    span: 'create_batch',
    attributes: {
      ...batchAnswer,
      'gen_ai.operation.name': 'create_batch',
      'genai_otel.batch.status': 'validating',
      'genai_otel.batch.requests.completed': 0,
      'genai_otel.batch.requests.failed': 0,
    },
  },
  {
    what: 'batch that is retrieved',
    since: '4',
    call: (client) => client.batches.retrieve('batch_1'),
    span: 'retrieve_batch',
    attributes: {
      ...batchAnswer,
      'gen_ai.operation.name': 'retrieve_batch',
      'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
      'genai_otel.batch.status': 'completed',
      'genai_otel.batch.requests.completed': 95,
      'genai_otel.batch.requests.failed': 5,
    },
  },
  {
    what: 'batch that is cancelled',
    since: '4',
    call: (client) => client.batches.cancel('batch_1'),
    span: 'cancel_batch',
    attributes: {
      ...batchAnswer,
      'gen_ai.operation.name': 'cancel_batch',
      'genai_otel.batch.status': 'cancelling',
      'genai_otel.batch.requests.completed': 0,
      'genai_otel.batch.requests.failed': 0,
    },
  },
  {
    what: 'run of a thread',
    call: (client) => client.beta.threads.runs.create('thread_1', { assistant_id: 'asst_1', temperature: 0 }),
    span: 'invoke_agent',
    attributes: { ...runAnswer, 'gen_ai.request.temperature': 0 },
  },
  {
    what: 'run of a new thread',
    call: (client) => client.beta.threads.createAndRun({ assistant_id: 'asst_1', model: 'gpt-4o-mini' }),
    span: 'invoke_agent',
    attributes: { ...runAnswer, 'gen_ai.request.model': 'gpt-4o-mini' },
  },
  {
    what: 'streamed run',
    since: '4',
    call: (client) => client.beta.threads.runs.stream('thread_1', { assistant_id: 'asst_1' }).finalRun(),
    span: 'invoke_agent',
    attributes: { ...runAnswer, ...runUsage, 'gen_ai.response.time_to_first_chunk': expect.any(Number) },
    usage: [123, 45],
    chunks: true,
  },
  {
    what: 'streamed run of a new thread',
    since: '4',
    call: (client) => client.beta.threads.createAndRunStream({ assistant_id: 'asst_1' }).finalRun(),
    span: 'invoke_agent',
    attributes: { ...runAnswer, ...runUsage, 'gen_ai.response.time_to_first_chunk': expect.any(Number) },
    usage: [123, 45],
    chunks: true,
  },
  {
    what: 'run that is polled to its end',
    polls: true,
    since: '4',
    call: (client) => client.beta.threads.runs.createAndPoll('thread_1', { assistant_id: 'asst_1' }),
    span: 'invoke_agent',
    attributes: { ...runAnswer, ...runUsage },
    usage: [123, 45],
  },
  {
    what: 'run of a new thread that is polled to its end',
    polls: true,
    since: '4',
    call: (client) => client.beta.threads.createAndRunPoll({ assistant_id: 'asst_1' }),
    span: 'invoke_agent',
    attributes: { ...runAnswer, ...runUsage },
    usage: [123, 45],
  },
  {
    what: 'tool outputs of a run',
    call: (client, sdk) => submit(client, sdk, 'submitToolOutputs'),
    span: 'invoke_agent',
    // The server goes on with the run, and reports what it has used so far.
    attributes: { ...runAnswer, 'gen_ai.usage.input_tokens': 123, 'gen_ai.usage.output_tokens': 45 },
    usage: [123, 45],
  },
  {
    what: 'tool outputs of a run that is polled to its end',
    polls: true,
    since: '4',
    call: (client, sdk) => submit(client, sdk, 'submitToolOutputsAndPoll'),
    span: 'invoke_agent',
    attributes: { ...runAnswer, ...runUsage },
    usage: [123, 45],
  },
];

describe.each(sdks)('openai $version', (sdk) => {
  let harness: Harness;

  beforeEach(async () => {
    harness = await startHarness();
  });
  afterEach(() => harness.close());

  it.each(surfaces.filter(({ since = '4.19' }) => isAtLeast(sdk, since)))(
    'records a $what with what the server sent',
    async ({ call, span: name, attributes, usage, chunks, polls }) => {
      await call(harness.client({}, sdk), sdk);
      const recorded = await harness.collectSpans(1);

      const span = only(recorded.spans);
      expect(span.name).toBe(name);
      expect(span.kind).toBe(2);
      expect(span.status.code).toBe(0);
      const ofRequest = polls
        ? { 'http.response.status_code': undefined, 'genai_otel.response.request_id': undefined }
        : {};
      expect(span.attributes).toEqual({ ...harness.answered, ...ofRequest, ...attributes });

      const metricAttributes: Record<string, unknown> = {};
      for (const key of [
        'gen_ai.operation.name',
        'gen_ai.provider.name',
        'gen_ai.request.model',
        'gen_ai.response.model',
        'server.address',
        'server.port',
      ]) {
        if (span.attributes[key] !== undefined) metricAttributes[key] = span.attributes[key];
      }
      expect(points(recorded, 'gen_ai.client.operation.duration')).toEqual([
        { attributes: metricAttributes, sum: expect.any(Number), count: 1 },
      ]);
      const [input, output] = usage ?? [];
      const tokens = (type: string, sum: number | undefined) =>
        sum === undefined ? [] : [{ attributes: { ...metricAttributes, 'gen_ai.token.type': type }, sum, count: 1 }];
      expect(points(recorded, 'gen_ai.client.token.usage')).toEqual([
        ...tokens('input', input),
        ...tokens('output', output),
      ]);
      expect(total(recorded, 'gen_ai.client.operation.time_to_first_chunk').count).toBe(chunks ? 1 : 0);
      expect(total(recorded, 'gen_ai.client.operation.time_per_output_chunk').count > 0).toBe(chunks === true);
      expect(recorded.logs).toEqual([]);
    },
  );
});

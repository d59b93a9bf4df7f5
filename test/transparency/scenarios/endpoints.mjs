import { once } from 'node:events';
import { connect } from 'node:net';
import { shape } from '../describe.mjs';
import { chat, chatHelpers, collect, response, streamed } from './common.mjs';

const upload = (name = 'sound.mp3', type = 'audio/mpeg') => new File([Buffer.from('not really media')], name, { type });

async function pages(promise) {
  const page = await promise;
  return {
    page: shape(page),
    first: page.data.map(({ id }) => id),
    more: page.hasNextPage(),
    all: (await collect(page)).map(({ id }) => id),
  };
}

export const scenarios = {
  'models are listed and iterated': async ({ client, log }) => {
    const promise = client.models.list();
    log(
      shape(promise),
      typeof promise[Symbol.asyncIterator],
      (await collect(promise)).map(({ id }) => id),
    );
    log(await pages(client.models.list()), await client.models.retrieve('gpt-4o'));
    log((await client.models.list().withResponse()).data.data.length);
  },

  'lists of batches, files and stored completions go from page to page': async ({ client, log, needs }) => {
    log(await pages(client.files.list()));
    needs(client.batches, 'batches');
    log(await pages(client.batches.list()));
    log((await collect(client.batches.list())).map(({ id }) => id));
    for await (const page of (await client.batches.list()).iterPages()) log(page.data.length, shape(page));
    needs(client.chat.completions.list, 'stored completions');
    log(await pages(client.chat.completions.list()));
    log((await collect(client.chat.completions.messages.list('chatcmpl-1'))).map(({ id }) => id));
    log(
      await client.chat.completions.retrieve('chatcmpl-1'),
      await client.chat.completions.update('chatcmpl-1', { metadata: { a: 'b' } }),
    );
    log(await client.chat.completions.delete?.('chatcmpl-1'));
  },

  'a list that is left early asks for no more pages': async ({ client, log, needs, requests }) => {
    needs(client.batches, 'batches');
    for await (const _ of client.batches.list()) break;
    log((await requests()).length);
  },

  'responses are retrieved, listed and deleted': async ({ client, log, needs, outcome }) => {
    needs(client.responses, 'responses');
    log(await client.responses.retrieve('resp_9'), shape(client.responses.retrieve('resp_9')));
    log(await outcome(() => client.responses.retrieve('resp_missing')));
    log((await collect(client.responses.inputItems.list('resp_9'))).map(({ id }) => id));
    log(await (client.responses.delete ?? client.responses.del).call(client.responses, 'resp_9'));
    if (client.conversations)
      log(await client.conversations.create({ metadata: { a: 'b' } }), await client.conversations.retrieve('conv_1'));
    if (client.conversations) log((await collect(client.conversations.items.list('conv_1'))).length);
    log(await client.responses.create({ ...response, conversation: 'conv_1' }));
  },

  'hosted tools, reasoning and refusals of a response': async ({ client, as, log, needs }) => {
    needs(client.responses, 'responses');
    const kinds = [
      'reasoning, web-search',
      'file-search',
      'code-interpreter',
      'mcp',
      'image-generation',
      'custom-tool',
      'refusal',
    ];
    for (const names of kinds) log(names, await client.responses.create(response, as(names)));
  },

  'legacy completions, plain and streamed': async ({ client, log }) => {
    const params = { model: 'gpt-3.5-turbo-instruct', prompt: ['a', 'b'] };
    log(await client.completions.create(params));
    log(
      await collect(
        await client.completions.create({ ...params, stream: true, stream_options: { include_usage: true } }),
      ),
    );
    for await (const _ of await client.completions.create({ ...params, stream: true })) break;
    log((await client.completions.create(params).withResponse()).data.id);
  },

  'embeddings as floats and as base64': async ({ client, log, outcome }) => {
    const model = 'text-embedding-3-small';
    log(await client.embeddings.create({ model, input: 'a' }));
    log(await client.embeddings.create({ model, input: ['a', 'b'], encoding_format: 'float', dimensions: 2 }));
    log(await client.embeddings.create({ model, input: [1, 2, 3], encoding_format: 'base64' }));
    log(
      await outcome(() =>
        client.embeddings
          .create({ model, input: 'a' })
          .withResponse()
          .then(({ data }) => data),
      ),
    );
    log(await (await client.embeddings.create({ model, input: 'a' }).asResponse()).text());
    log(shape(client.embeddings.create({ model, input: 'a' })));
  },

  'images are made, edited and varied': async ({ client, log, outcome }) => {
    log(await client.images.generate({ model: 'gpt-image-1', prompt: 'a fox', n: 2 }));
    log(await client.images.edit({ model: 'gpt-image-1', prompt: 'a fox', image: upload('a.png', 'image/png') }));
    log(await client.images.createVariation({ image: upload('a.png', 'image/png') }));
    log(
      await outcome(async () => {
        const stream = await client.images.generate({
          model: 'gpt-image-1',
          prompt: 'a fox',
          stream: true,
          partial_images: 2,
        });
        return stream[Symbol.asyncIterator] ? collect(stream) : stream;
      }),
    );
  },

  'speech is a binary response': async ({ client, log }) => {
    const params = { model: 'tts-1', voice: 'alloy', input: 'Hello' };
    const speech = await client.audio.speech.create(params);
    log(
      speech.constructor.name,
      speech.bodyUsed,
      speech.status,
      Buffer.from(await speech.arrayBuffer()).toString('hex'),
      speech.bodyUsed,
    );
    const { body } = await client.audio.speech.create(params);
    const parts = [];
    for await (const part of body) parts.push(Buffer.from(part));
    log(Buffer.concat(parts).toString('hex'));
    await client.audio.speech.create(params);
    const { data, response: raw } = await client.audio.speech.create(params).withResponse();
    log(data === raw, data.bodyUsed);
  },

  'transcriptions and translations in each format': async ({ client, log, outcome }) => {
    for (const response_format of ['json', 'verbose_json', 'text', 'srt'])
      log(
        response_format,
        await client.audio.transcriptions.create({ file: upload(), model: 'whisper-1', response_format }),
      );
    log(await client.audio.translations.create({ file: upload(), model: 'whisper-1' }));
    log(
      await outcome(async () => {
        const stream = await client.audio.transcriptions.create({
          file: upload(),
          model: 'gpt-4o-transcribe',
          stream: true,
        });
        return stream[Symbol.asyncIterator] ? collect(stream) : stream;
      }),
    );
  },

  'an upload is read once': async ({ client, log }) => {
    let reads = 0;
    async function* sound() {
      reads++;
      yield Buffer.from('sound');
    }
    const { toFile } = client.constructor;
    log(await client.audio.transcriptions.create({ file: await toFile(sound(), 'a.mp3'), model: 'whisper-1' }), reads);
  },

  moderations: async ({ client, as, log }) => {
    log(
      await client.moderations.create({ input: ['a', 'b'] }),
      await client.moderations.create({ input: 'a' }, as('flagged')),
    );
  },

  'batches and files': async ({ client, log, needs }) => {
    log(await client.files.create({ file: upload('input.jsonl', 'application/jsonl'), purpose: 'batch' }));
    log(await (await client.files.content('file-output')).text(), await client.files.retrieve('file-output'));
    needs(client.batches, 'batches');
    log(
      await client.batches.create({
        input_file_id: 'file-input',
        endpoint: '/v1/chat/completions',
        completion_window: '24h',
      }),
    );
    log(await client.batches.retrieve('batch_1'), await client.batches.cancel('batch_1'));
  },

  'assistants, threads and runs': async ({ client, log, needs, major, as }) => {
    const threads = needs(client.beta.threads?.runs?.stream && client.beta.threads, 'assistants');
    const { id: assistant_id } = await client.beta.assistants.create({ model: 'gpt-4o-mini', name: 'Helper' });
    const thread = await threads.create();
    log(thread, await threads.messages.create(thread.id, { role: 'user', content: 'Hello' }));
    const run = await threads.runs.create(thread.id, { assistant_id });
    log(run, shape(threads.runs.create(thread.id, { assistant_id })));
    const retrieve = () =>
      major >= 5 ? threads.runs.retrieve(run.id, { thread_id: thread.id }) : threads.runs.retrieve(thread.id, run.id);
    log((await retrieve()).status, (await retrieve()).usage);
    log((await threads.runs.createAndPoll(thread.id, { assistant_id })).status);
    log(await collect(await threads.runs.create(thread.id, { assistant_id, stream: true })));
    log(await collect(await threads.createAndRun({ assistant_id, stream: true }, as('tool-calls'))));
    const stream = threads.runs.stream(thread.id, { assistant_id });
    for (const name of ['runStepCreated', 'textDelta', 'messageDone', 'end'])
      stream.on(name, (first) => log(name, first));
    log(shape(stream), await stream.finalMessages(), await stream.finalRun());
    log((await collect(threads.messages.list(thread.id))).map(({ role }) => role));
    const output = { tool_outputs: [{ tool_call_id: 'call_a', output: 'mild' }], stream: true };
    const submitted =
      major >= 5
        ? threads.runs.submitToolOutputs(run.id, { thread_id: thread.id, ...output })
        : threads.runs.submitToolOutputs(thread.id, run.id, output);
    log((await collect(await submitted)).map(({ event }) => event));
    for await (const _ of await threads.runs.create(thread.id, { assistant_id, stream: true })) break;
  },

  'a realtime session by WebSocket': async ({ OpenAIRealtimeWS, client, needs, log, test, version }) => {
    needs(OpenAIRealtimeWS, 'realtime');
    // The SDK insists on `wss:`; the server of the tests speaks without TLS.
    const createConnection = ({ port, host }) => connect(port, host);
    for (const instructions of ['', 'tool', 'fail', 'error', 'close']) {
      const options = { createConnection, headers: { 'x-test': test } };
      const realtime = new OpenAIRealtimeWS({ model: 'gpt-realtime', options }, client);
      if (instructions === '') log(shape(realtime).class, realtime.url.pathname, version.split('.')[0]);
      realtime.on('error', (error) => log('error', error.constructor.name, error.error ?? null));
      realtime.on('event', (event) => {
        log(event);
        if (event.type === 'session.created') realtime.send({ type: 'response.create', response: { instructions } });
        if (event.type === 'response.done') realtime.close();
      });
      if (instructions === 'error') realtime.on('error', () => realtime.close());
      const [code] = await once(realtime.socket, 'close');
      log('close', code);
    }
  },

  'a client with other options': async ({ client, log, needs, requests }) => {
    needs(client.withOptions, 'withOptions');
    const other = client.withOptions({
      timeout: 5000,
      defaultHeaders: { 'x-other': '1', 'x-test': client._options?.defaultHeaders?.['x-test'] },
    });
    log(other.constructor.name, other === client, (await other.chat.completions.create(chat)).id);
    log((await collect(await other.chat.completions.create(streamed))).length, (await requests()).length);
  },

  'raw verbs of the client': async ({ client, log, outcome, Stream }) => {
    const promise = client.post('/chat/completions', { body: chat });
    log(shape(promise), await promise);
    log(
      await client.get('/models'),
      await (await client.post('/embeddings', { body: { model: 'x', input: 'y' } }).asResponse()).json(),
    );
    const stream = await client.post('/chat/completions', { body: streamed, stream: true });
    log(stream instanceof Stream, (await collect(stream)).length);
    log(await outcome(() => client.post('/nowhere', { body: {} })));
  },

  'a subclass of the client': async ({ OpenAI, newClient, log }) => {
    const seen = [];
    class Mine extends OpenAI {
      prepareOptions(options) {
        seen.push(options.path);
      }
      get mine() {
        return true;
      }
    }
    const client = newClient({}, Mine);
    log(client instanceof Mine, client instanceof OpenAI, client.mine, (await client.chat.completions.create(chat)).id);
    log(await chatHelpers(client).stream(chat).finalContent(), seen);
    class Completions extends client.chat.completions.constructor {
      create(body, options) {
        return super.create({ ...body, model: 'mine' }, options);
      }
    }
    log((await new Completions(client).create(chat)).model);
  },

  'a client with its own fetch': async ({ newClient, log, outcome }) => {
    const answer = { id: 'own', object: 'chat.completion', choices: [] };
    const json = () => new Response(JSON.stringify(answer), { headers: { 'content-type': 'application/json' } });
    log(await newClient({ fetch: async () => json() }).chat.completions.create(chat));
    log(
      await outcome(() =>
        newClient({
          fetch: async () => {
            throw new TypeError('own fetch');
          },
        }).chat.completions.create(chat),
      ),
    );
    const events = 'data: {"id":"a","choices":[{"index":0,"delta":{"content":"x"}}]}\n\ndata: [DONE]\n\n';
    const sse = () => new Response(events, { headers: { 'content-type': 'text/event-stream' } });
    log(await collect(await newClient({ fetch: async () => sse() }).chat.completions.create(streamed)));
    const cancelled = [];
    const endless = () =>
      new Response(
        new ReadableStream({
          pull: (controller) => controller.enqueue(new TextEncoder().encode(`${events.split('\n\n')[0]}\n\n`)),
          cancel: (reason) => void cancelled.push(String(reason)),
        }),
      );
    for await (const _ of await newClient({ fetch: async () => endless() }).chat.completions.create(streamed)) break;
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
    log(cancelled.length);
  },

  'Azure OpenAI': async ({ sdk, baseURL, log, needs, test, as, outcome }) => {
    needs(sdk.AzureOpenAI, 'AzureOpenAI');
    const options = {
      apiKey: 'azure-fake',
      endpoint: baseURL.replace('/v1', ''),
      apiVersion: '2024-10-21',
      maxRetries: 0,
    };
    const client = new sdk.AzureOpenAI({ ...options, defaultHeaders: { 'x-test': test } });
    log(client.constructor.name, await client.chat.completions.create(chat));
    log(
      await collect(await client.chat.completions.create(streamed)),
      await outcome(() => client.chat.completions.create(chat, as('401'))),
    );
    const deployed = new sdk.AzureOpenAI({ ...options, deployment: 'mine', defaultHeaders: { 'x-test': test } });
    log(await deployed.chat.completions.create({ ...chat, model: '' }));
    log(await deployed.embeddings.create({ model: 'x', input: 'y', encoding_format: 'float' }));
  },

  'the exports of the SDK': ({ sdk, OpenAI, log }) => {
    log(Object.keys(sdk).sort(), OpenAI.name, OpenAI.length, Object.getOwnPropertyNames(OpenAI).sort());
    log(sdk.default === OpenAI, sdk.OpenAI === OpenAI, Object.getOwnPropertyNames(OpenAI.prototype).sort());
    log(
      Object.prototype.toString.call(sdk),
      OpenAI.Chat?.Completions?.name,
      OpenAI.Embeddings?.name,
      OpenAI.Responses?.name,
    );
    const probe = new OpenAI({ apiKey: 'sk-fake' });
    log(
      Object.keys(probe),
      Object.keys(probe.chat),
      Object.keys(probe.chat.completions),
      Object.keys(probe.embeddings),
    );
    log(probe.chat.completions.constructor === OpenAI.Chat?.Completions);
  },
};

import { chat, chatHelpers, collect, response, streamed, weatherTool } from './common.mjs';

/** An object that counts how often each of its properties is read. */
function counted(target, counts, path = '') {
  return new Proxy(target, {
    get(object, key, receiver) {
      const name = `${path}${String(key)}`;
      counts[name] = (counts[name] ?? 0) + 1;
      const value = Reflect.get(object, key, receiver);
      return typeof value === 'object' && value !== null ? counted(value, counts, `${name}.`) : value;
    },
  });
}

function deepFreeze(value) {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}

class Params {
  constructor() {
    Object.assign(this, chat);
  }
  get temperature() {
    return 0.5;
  }
}

export const scenarios = {
  'create without params': async ({ client, outcome, log, needs }) => {
    log(await outcome(() => client.chat.completions.create()));
    log(await outcome(() => client.embeddings.create()));
    log(await outcome(() => client.completions.create()));
    log(await outcome(() => client.images.generate()));
    log(await outcome(() => client.moderations.create()));
    log(await outcome(() => client.audio.speech.create()));
    log(await outcome(() => client.audio.transcriptions.create()));
    log(await outcome(() => needs(client.responses, 'responses').create()));
  },

  'create with params of a wrong kind': async ({ client, outcome, log }) => {
    for (const params of [null, undefined, 'text', 42, [], {}, () => {}, Symbol('x'), true]) {
      log(params, await outcome(() => client.chat.completions.create(params)));
      if (client.responses) log(params, await outcome(() => client.responses.create(params)));
      log(params, await outcome(() => client.embeddings.create(params)));
    }
  },

  'create that throws at once throws at once': ({ client, log }) => {
    for (const params of [undefined, null]) {
      try {
        const promise = client.chat.completions.create(params);
        log('a promise', promise.constructor.name);
        promise.catch(() => {});
      } catch (error) {
        log('thrown', error);
      }
    }
  },

  'params with fields of wrong kinds': async ({ client, outcome, log }) => {
    const wrong = [
      { messages: null },
      { messages: 'text' },
      { messages: [null, undefined, 1, 'x', []] },
      { messages: { 0: 'x', length: 1 } },
      { messages: [{ role: 'user', content: { deep: true } }] },
      { messages: [{ role: 'user', content: [null, 1, { type: 'hologram' }] }] },
      { model: null },
      { model: 42 },
      { temperature: 'hot', n: 1, stop: 5, tools: 'none' },
      { tools: [null, {}, { type: 'time_machine' }] },
      { stream: 'yes' },
      { stream_options: null },
      { response_format: 'json' },
      { max_tokens: Number.NaN },
    ];
    for (const fields of wrong)
      log(fields, await outcome(() => client.chat.completions.create({ ...chat, ...fields })));
  },

  'roles and input items that nobody knows': async ({ client, outcome, log, needs }) => {
    const messages = [
      { role: 'oracle', content: 'x' },
      { role: 'developer', content: 'x' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'a', type: 'custom', custom: { name: 'c', input: 'i' } }],
      },
      { role: 'tool', tool_call_id: 'a', content: [{ type: 'text', text: 'x' }] },
      { role: 'function', name: 'f', content: null },
      { role: 'assistant', audio: { id: 'audio_1' } },
      { role: 'user', content: [{ type: 'hologram', hologram: {} }] },
    ];
    log(await outcome(() => client.chat.completions.create({ ...chat, messages })));
    log((await collect(await client.chat.completions.create({ ...streamed, messages }))).length);
    needs(client.responses, 'responses');
    const input = [
      { type: 'time_machine_call', id: 't' },
      { role: 'oracle', content: 'x' },
      { type: 'item_reference', id: 'm' },
      { type: 'message', role: 'user', content: [{ type: 'input_hologram' }] },
      { type: 'function_call_output', call_id: 'a', output: 'x' },
      { type: 'reasoning', id: 'r', summary: [] },
      null,
      'text',
    ];
    log(await outcome(() => client.responses.create({ ...response, input })));
    log((await collect(await client.responses.create({ ...response, input, stream: true }))).length);
  },

  'frozen params are enough': async ({ client, outcome, log }) => {
    const params = deepFreeze(structuredClone({ ...chat, tools: [weatherTool], metadata: { a: 'b' } }));
    log(await outcome(() => client.chat.completions.create(params)));
    log((await collect(await client.chat.completions.create(deepFreeze({ ...params, stream: true })))).length);
    const options = Object.freeze({ headers: Object.freeze({ 'x-mine': '1' }) });
    log(await outcome(() => client.chat.completions.create(params, options)));
    log(await outcome(() => chatHelpers(client).stream(params).finalContent()));
  },

  'params are not changed': async ({ client, log }) => {
    const params = {
      ...chat,
      tools: [weatherTool],
      stream_options: { include_usage: false },
      stream: true,
      metadata: undefined,
    };
    const options = { headers: { 'x-mine': '1' } };
    await collect(await client.chat.completions.create(params, options));
    log(params, options);
  },

  'params are read as often as bare': async ({ client, log, needs }) => {
    const counts = {};
    await client.chat.completions.create(counted({ ...chat, tools: [weatherTool], temperature: 0 }, counts));
    log('chat', counts);
    const streamCounts = {};
    await collect(await client.chat.completions.create(counted({ ...streamed }, streamCounts)));
    log('stream', streamCounts);
    const embeddingCounts = {};
    await client.embeddings.create(counted({ model: 'text-embedding-3-small', input: ['a', 'b'] }, embeddingCounts));
    log('embeddings', embeddingCounts);
    needs(client.responses, 'responses');
    const responseCounts = {};
    await client.responses.create(counted({ ...response, input: [{ role: 'user', content: 'x' }] }, responseCounts));
    log('responses', responseCounts);
  },

  'a getter that gives another value each time': async ({ client }) => {
    let reads = 0;
    await client.chat.completions.create({
      ...chat,
      get model() {
        return `model-${++reads}`;
      },
    });
    return reads;
  },

  'a getter that throws': async ({ client, outcome, log }) => {
    const params = {
      ...chat,
      get user() {
        throw new RangeError('no user');
      },
    };
    log(await outcome(() => client.chat.completions.create(params)));
  },

  'proxies and class instances as params': async ({ client, log, outcome }) => {
    log(await outcome(() => client.chat.completions.create(new Params())));
    log(await outcome(() => client.chat.completions.create(new Proxy({ ...chat }, {}))));
    log(await outcome(() => client.chat.completions.create(Object.create(chat))));
    log(await outcome(() => client.chat.completions.create(Object.assign(Object.create(null), chat))));
    log(
      await outcome(() =>
        client.chat.completions.create({ ...chat, toJSON: () => ({ ...chat, model: 'from-toJSON' }) }),
      ),
    );
    const circular = { ...chat };
    circular.self = circular;
    log(await outcome(() => client.chat.completions.create(circular).catch((error) => error.constructor.name)));
    log(await outcome(() => client.chat.completions.create({ ...chat, seed: 10n })));
  },

  'params changed after the call do not matter more than bare': async ({ client, requests, log }) => {
    const messages = [{ role: 'user', content: 'first' }];
    const promise = client.chat.completions.create({ ...chat, messages });
    messages.push({ role: 'user', content: 'added later' });
    messages[0].content = 'changed';
    await promise;
    log((await requests())[0].body);
  },

  'extra arguments and request options arrive': async ({ client, log, outcome }) => {
    log(
      await outcome(() =>
        client.chat.completions.create(chat, { headers: { 'x-mine': 'yes' }, query: { q: '1' } }, 'third'),
      ),
    );
    log(await outcome(() => client.chat.completions.create(chat, { path: '/moderations' })));
    log(await outcome(() => client.chat.completions.create(chat, { idempotencyKey: 'mine' })));
    log(await outcome(() => client.chat.completions.create(chat, { stream: true })));
    log(await outcome(() => client.chat.completions.create(chat, null)));
    log(await outcome(() => client.chat.completions.create(chat, Promise.resolve({ headers: { 'x-late': '1' } }))));
  },

  'methods that the program took off their object': async ({ client, log, outcome }) => {
    const { create } = client.chat.completions;
    log(await outcome(() => create(chat)));
    log(await outcome(() => create.call(client.chat.completions, chat)));
    log(await outcome(() => Reflect.apply(create, client.chat.completions, [chat])));
    log(await outcome(() => create.bind(client.chat.completions)(chat)));
  },

  'methods that the program replaced': async ({ client, newClient, log }) => {
    const own = newClient();
    own.chat.completions.create = () => 'replaced';
    log(own.chat.completions.create(chat), (await client.chat.completions.create(chat)).id);
    const wrapped = newClient();
    const original = wrapped.chat.completions.create;
    wrapped.chat.completions.create = function (...args) {
      return original.apply(this, args);
    };
    log((await wrapped.chat.completions.create(chat)).id, await chatHelpers(wrapped).stream(chat).finalContent());
  },

  'n of more than one, stop lists and zeroes arrive': async ({ client }) =>
    client.chat.completions.create({
      ...chat,
      n: 3,
      stop: ['a', 'b'],
      temperature: 0,
      top_p: 0,
      seed: 0,
      logprobs: true,
      top_logprobs: 1,
    }),

  'answers with odd bodies arrive as they are': async ({ client, as, log, outcome }) => {
    for (const names of [
      'no-choices',
      'no-usage',
      'empty-object',
      'array-body',
      'null-body',
      'unknown-fields',
      'content-filter',
    ])
      log(names, await outcome(() => client.chat.completions.create(chat, as(names))));
    for (const names of [
      'no-usage',
      'empty-object',
      'array-body',
      'null-body',
      'unknown-item',
      'unknown-content',
      'failed',
      'incomplete',
    ])
      if (client.responses) log(names, await outcome(() => client.responses.create(response, as(names))));
    for (const names of ['empty-object', 'array-body', 'null-body'])
      log(
        names,
        await outcome(() => client.embeddings.create({ model: 'x', input: 'y', encoding_format: 'float' }, as(names))),
      );
  },
};

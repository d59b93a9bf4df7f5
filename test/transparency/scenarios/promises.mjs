import { inspect } from 'node:util';
import { shape } from '../describe.mjs';
import { chat, chatHelpers, response, streamed, streamedResponse } from './common.mjs';

export const scenarios = {
  'an awaited completion is the body that the server sent': ({ client }) => client.chat.completions.create(chat),

  'an awaited response is the body that the server sent': ({ client, needs }) =>
    needs(client.responses, 'responses').create(response),

  'create returns an APIPromise at once, not yet parsed': async ({ client, log }) => {
    const promise = client.chat.completions.create(chat);
    const before = shape(promise);
    log(before, promise instanceof Promise, Object.prototype.toString.call(promise), Object.isFrozen(promise));
    const uninstrumented = [client.models.list(), client.models.retrieve('x')];
    log(uninstrumented.map((other) => Object.getPrototypeOf(promise) === Object.getPrototypeOf(other)));
    await Promise.allSettled([promise, ...uninstrumented]);
    log(shape(promise));
  },

  'each endpoint returns the class of promise that the SDK chose': async ({ client, log }) => {
    const calls = {
      chat: client.chat.completions.create(chat),
      stream: client.chat.completions.create(streamed),
      completions: client.completions.create({ model: 'x', prompt: 'y' }),
      embeddings: client.embeddings.create({ model: 'text-embedding-3-small', input: 'x' }),
      moderations: client.moderations.create({ input: 'x' }),
      images: client.images.generate({ prompt: 'x' }),
      speech: client.audio.speech.create({ model: 'tts-1', voice: 'alloy', input: 'x' }),
      responses: client.responses?.create(response),
      responsesStream: client.responses?.create(streamedResponse),
      models: client.models.list(),
      batches: client.batches?.list(),
    };
    for (const [name, promise] of Object.entries(calls)) if (promise) log(name, shape(promise));
    await Promise.all(Object.values(calls));
  },

  'methods keep their names, lengths and places': ({ client, log }) => {
    const resources = [client.chat.completions, client.embeddings, client.completions, client.images, client.responses];
    for (const resource of [...resources, client.audio.speech, client.audio.transcriptions, client.moderations].filter(
      Boolean,
    )) {
      const prototype = Object.getPrototypeOf(resource);
      log(shape(resource), Object.getOwnPropertyNames(prototype));
      for (const name of Object.getOwnPropertyNames(prototype)) {
        const { enumerable, writable, configurable, value } = Object.getOwnPropertyDescriptor(prototype, name);
        log(name, { enumerable, writable, configurable }, value);
      }
    }
  },

  'then, catch and finally chain as on the bare promise': async ({ client, as, log }) => {
    const promise = client.chat.completions.create(chat);
    const chained = promise.then((body) => body.id);
    log(shape(chained), await chained);
    log(await promise.catch(() => 'never').then((body) => body.model));
    log(
      await promise
        .finally(() => {
          log('finally');
          return 'ignored';
        })
        .then((body) => body.id),
    );
    const failing = client.chat.completions.create(chat, as('404'));
    log(await failing.then(undefined, (error) => error));
    log(await failing.catch((error) => error.status));
    log(await failing.finally(() => log('finally')).catch((error) => error.constructor.name));
    log(await promise.then(null, null).then((body) => body.id));
  },

  'handlers of one promise run in the order in which they were added': async ({ client, as, log }) => {
    for (const names of ['', '500']) {
      const promise = client.chat.completions.create(chat, as(names));
      const all = [1, 2, 3].map((number) =>
        promise.then(
          () => log(names, number),
          () => log(names, 'failed', number),
        ),
      );
      await Promise.all(all);
    }
  },

  'a promise awaited twice gives one object': async ({ client, log }) => {
    const promise = client.chat.completions.create(chat);
    const [first, second] = [await promise, await promise];
    log(
      first === second,
      (await Promise.all([promise, promise])).every((body) => body === first),
    );
  },

  'a rejected promise gives one error to everybody': async ({ client, as, log }) => {
    const promise = client.chat.completions.create(chat, as('429'));
    const errors = await Promise.all([
      promise.catch((e) => e),
      promise.then(null, (e) => e),
      promise.asResponse().catch((e) => e),
    ]);
    errors.push(await promise.withResponse().catch((e) => e));
    log(errors[0], ...errors.map((error) => error === errors[0]));
  },

  'a promise awaited long after the answer': async ({ client, requests, log }) => {
    const promise = client.chat.completions.create(chat);
    while ((await requests()).length === 0);
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    log('now');
    return promise;
  },

  'a rejection that is handled late is reported, then handled': async ({ client, as, rejectionReported, log }) => {
    const promise = client.chat.completions.create(chat, as('400'));
    const handledLate = [];
    const onHandled = () => handledLate.push('handled');
    process.on('rejectionHandled', onHandled);
    log(await rejectionReported());
    log(await promise.catch((error) => error.status));
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
    process.off('rejectionHandled', onHandled);
    log(handledLate.length);
  },

  'a promise that nobody awaits still makes its request': async ({ client, requests, log }) => {
    client.chat.completions.create(chat);
    let seen = [];
    while (seen.length === 0) seen = await requests();
    log(seen.length);
  },

  'a failing promise that nobody awaits is an unhandled rejection': async ({ client, as, rejectionReported }) => {
    client.chat.completions.create(chat, as('403'));
    return rejectionReported();
  },

  'withResponse gives data, response and request id': async ({ client, log, needs }) => {
    const withResponse = async (promise) => {
      const answer = await promise.withResponse();
      log(
        Object.keys(answer),
        answer.data?.constructor?.name,
        answer.response.constructor.name,
        answer.response.status,
      );
      log(answer.request_id, answer.response.headers.get('x-request-id'), answer.response.bodyUsed);
      return answer.data;
    };
    log(await withResponse(client.chat.completions.create(chat)));
    log(shape(await withResponse(client.chat.completions.create(streamed))));
    log(
      await withResponse(
        client.embeddings.create({ model: 'text-embedding-3-small', input: 'x', encoding_format: 'float' }),
      ),
    );
    if (client.responses) log(await withResponse(client.responses.create(response)));
    needs(client.responses, 'responses');
    log(shape(await withResponse(client.responses.create(streamedResponse))));
  },

  'withResponse and await share the parsed body': async ({ client, log }) => {
    const promise = client.chat.completions.create(chat);
    const [{ data, response: raw }, body] = await Promise.all([promise.withResponse(), promise]);
    log(data === body, raw === (await promise.asResponse()));
  },

  'asResponse leaves the body to the program': async ({ client, log }) => {
    const raw = () => client.chat.completions.create(chat).asResponse();
    const first = await raw();
    log(first.constructor.name, first.bodyUsed, first.status, [...first.headers.keys()].length > 3);
    log(await first.json(), first.bodyUsed);
    log(await (await raw()).text());
    log(new TextDecoder().decode(await (await raw()).arrayBuffer()));
    const cloned = await raw();
    log((await cloned.clone().json()).id, (await cloned.json()).id);
  },

  'asResponse leaves the body of each endpoint to the program': async ({ client, log, needs }) => {
    log(await (await client.embeddings.create({ model: 'text-embedding-3-small', input: 'x' }).asResponse()).json());
    log(await (await client.completions.create({ model: 'x', prompt: 'y' }).asResponse()).json());
    log(await (await client.moderations.create({ input: 'x' }).asResponse()).json());
    log(await (await client.images.generate({ prompt: 'x' }).asResponse()).json());
    log(await (await client.models.list().asResponse()).json());
    log(await (await needs(client.responses, 'responses').create(response).asResponse()).json());
  },

  'asResponse of a stream leaves the events to the program': async ({ client, log, needs }) => {
    log(await (await client.chat.completions.create(streamed).asResponse()).text());
    const { body } = await client.chat.completions.create(streamed).asResponse();
    const parts = [];
    for await (const part of body) parts.push(Buffer.from(part));
    log(Buffer.concat(parts).toString());
    const readable = (await client.chat.completions.create(streamed).asResponse()).body;
    if (readable.getReader) {
      const reader = readable.getReader();
      const { value, done } = await reader.read();
      log(value.constructor.name, done);
      await reader.cancel();
      reader.releaseLock();
    }
    log(await (await needs(client.responses, 'responses').create(streamedResponse).asResponse()).text());
  },

  'asResponse first, await afterwards': async ({ client, outcome, log }) => {
    const promise = client.chat.completions.create(chat);
    const raw = await promise.asResponse();
    log(raw.bodyUsed);
    log(await outcome(promise));
    log(raw.bodyUsed, await outcome(() => raw.json()));
  },

  'asResponse abandoned stops the download': async ({ client, as, advance, abandoned, log }) => {
    const raw = await client.chat.completions.create(streamed, as('gate')).asResponse();
    await advance(1);
    if (raw.body.cancel) await raw.body.cancel();
    else raw.body.destroy();
    log(await abandoned());
  },

  '_thenUnwrap transforms once and keeps the promise class': async ({ client, as, log, outcome }) => {
    const promise = client.chat.completions.create(chat);
    if (!promise._thenUnwrap) return 'none';
    const unwrapped = promise._thenUnwrap((body, ...rest) => {
      log(
        'transform',
        rest.map((value) => Object.keys(value)),
      );
      return { wrapped: body.id };
    });
    log(shape(unwrapped), unwrapped.constructor === promise.constructor);
    log(await unwrapped, await unwrapped);
    log((await unwrapped.withResponse()).data, (await unwrapped.asResponse()).status);
    const twice = client.chat.completions
      .create(chat)
      ._thenUnwrap((body) => ({ id: body.id }))
      ._thenUnwrap((body) => ({ again: body.id }));
    log(await twice);
    const thrower = client.chat.completions.create(chat)._thenUnwrap(() => {
      throw new RangeError('from the transform');
    });
    log(
      await outcome(thrower),
      await outcome(client.chat.completions.create(chat, as('422'))._thenUnwrap((body) => body)),
    );
    const raw = await client.chat.completions
      .create(chat)
      ._thenUnwrap((body) => body)
      .asResponse();
    log(await raw.json());
  },

  'parse gives the parsed structure': async ({ client, zodResponseFormat, z, needs, log }) => {
    const helpers = chatHelpers(client);
    needs(helpers.parse, 'parse');
    const schema = z.object({ city: z.string(), degrees: z.number() });
    const promise = helpers.parse({ ...chat, response_format: zodResponseFormat(schema, 'weather') });
    log(shape(promise));
    const body = await promise;
    log(body, body.choices[0].message.parsed);
    const { data, response: raw } = await helpers
      .parse({ ...chat, response_format: zodResponseFormat(schema, 'weather') })
      .withResponse();
    log(data.choices[0].message.parsed, raw.status);
  },

  'parse of a body that does not fit throws as bare': async ({
    client,
    zodResponseFormat,
    z,
    needs,
    log,
    as,
    outcome,
  }) => {
    const helpers = chatHelpers(client);
    needs(helpers.parse, 'parse');
    const response_format = zodResponseFormat(z.object({ moon: z.string() }), 'moon');
    log(await outcome(() => helpers.parse({ ...chat, response_format }).catch((error) => error.constructor.name)));
    for (const names of ['length', 'content-filter', 'refusal', '401'])
      log(names, await outcome(() => helpers.parse({ ...chat, response_format }, as(names))));
  },

  'parse of tools gives parsed arguments': async ({ client, needs, as, log }) => {
    const helpers = chatHelpers(client);
    needs(helpers.parse, 'parse');
    const tools = [{ ...weatherStrict }];
    const body = await helpers.parse({ ...chat, tools }, as('parallel-tool-calls'));
    log(body.choices[0].message.tool_calls);
  },

  'responses.parse gives the parsed structure': async ({ client, zodTextFormat, z, needs, log, as, outcome }) => {
    needs(zodTextFormat && client.responses?.parse, 'responses');
    const format = zodTextFormat(z.object({ city: z.string(), degrees: z.number() }), 'weather');
    const promise = client.responses.parse({ ...response, text: { format } });
    log(shape(promise));
    const body = await promise;
    log(body, body.output_parsed);
    log((await client.responses.parse({ ...response, text: { format } }).withResponse()).data.output_parsed);
    log(await (await client.responses.parse({ ...response, text: { format } }).asResponse()).json());
    log(await outcome(() => client.responses.parse({ ...response, text: { format } }, as('401'))));
  },

  'combinators take the promise': async ({ client, as, log }) => {
    const make = (names = '') => client.chat.completions.create(chat, as(names));
    log((await Promise.all([make(), make()])).map((body) => body.id));
    log((await Promise.allSettled([make(), make('404')])).map(({ status }) => status));
    log((await Promise.race([make()])).id, (await Promise.any([make('500'), make()])).id);
    log((await Promise.resolve(make())).id, Promise.resolve(make()) instanceof Promise);
    log((await (async () => make())()).id);
    log((await new Promise((resolve) => resolve(make()))).id);
  },

  'printed and serialized they look as bare': async ({ client, log, outcome }) => {
    const promise = client.chat.completions.create(streamed);
    const opened = await promise;
    log(inspect(promise, { depth: 0 }), inspect(opened, { depth: 0 }), JSON.stringify(opened).length);
    log(await outcome(() => structuredClone(opened).constructor.name), `${promise}`, `${opened}`);
    log(
      { ...opened },
      Object.entries(promise).map(([name, value]) => [name, typeof value]),
    );
    log(
      inspect(client.chat.completions.create),
      `${client.embeddings.create}`.length > 20,
      inspect(client.chat.completions, { depth: 0 }),
    );
    opened.controller.abort();
  },

  'many calls at once keep their own answers': async ({ client }) => {
    const models = Array.from({ length: 20 }, (_, index) => `model-${index}`);
    const bodies = await Promise.all(models.map((model) => client.chat.completions.create({ ...chat, model })));
    return bodies.map((body) => body.model);
  },
};

const weatherStrict = {
  type: 'function',
  function: {
    name: 'get_weather',
    strict: true,
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
      additionalProperties: false,
    },
  },
};

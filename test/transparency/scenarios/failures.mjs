import { chat, response, streamed } from './common.mjs';

const statuses = [
  '400',
  '401',
  '403',
  '404',
  '409',
  '422',
  '429',
  'insufficient-quota',
  '500',
  '503',
  'quotes-prompt-and-key',
];
const bodies = ['reset', 'non-json', 'non-json-error', 'empty-body', 'truncated-json', '204', 'null-body'];

export const scenarios = {
  'each failure of a completion is the SDK’s own error': async ({ client, as, log, outcome }) => {
    for (const names of [...statuses, ...bodies])
      log(names, await outcome(() => client.chat.completions.create(chat, as(names))));
  },

  'each failure of a response is the SDK’s own error': async ({ client, as, log, outcome, needs }) => {
    needs(client.responses, 'responses');
    for (const names of [...statuses, ...bodies])
      log(names, await outcome(() => client.responses.create(response, as(names))));
  },

  'failures of other endpoints are the SDK’s own errors': async ({ client, as, log, outcome }) => {
    for (const names of ['401', '429', 'reset', 'truncated-json']) {
      log(names, await outcome(() => client.embeddings.create({ model: 'x', input: 'y' }, as(names))));
      log(names, await outcome(() => client.completions.create({ model: 'x', prompt: 'y' }, as(names))));
      log(names, await outcome(() => client.images.generate({ prompt: 'y' }, as(names))));
      log(names, await outcome(() => client.moderations.create({ input: 'y' }, as(names))));
      log(
        names,
        await outcome(() => client.audio.speech.create({ model: 'tts-1', voice: 'alloy', input: 'y' }, as(names))),
      );
    }
  },

  'errors are instances of the SDK’s classes': async ({ client, sdk, OpenAI, as, log }) => {
    for (const names of ['400', '401', '404', '429', '500', 'reset']) {
      const error = await client.chat.completions.create(chat, as(names)).catch((caught) => caught);
      const classes = [
        'APIError',
        'BadRequestError',
        'AuthenticationError',
        'NotFoundError',
        'RateLimitError',
        'APIConnectionError',
      ];
      log(names, ...classes.map((name) => [name, error instanceof (sdk[name] ?? OpenAI[name])]));
    }
  },

  'a stack says which function of the program called': async ({ client, as, log }) => {
    async function findsTheWeather(create) {
      return await create();
    }
    const failing = {
      chat: () => client.chat.completions.create(chat, as('400')),
      stream: () => client.chat.completions.create(streamed, as('400')),
      embeddings: () => client.embeddings.create({ model: 'x', input: 'y' }, as('400')),
      withResponse: () => client.chat.completions.create(chat, as('400')).withResponse(),
      asResponse: () => client.chat.completions.create(chat, as('400')).asResponse(),
      responses: () => client.responses?.create(response, as('400')),
      reset: () => client.chat.completions.create(chat, as('reset')),
    };
    for (const [name, create] of Object.entries(failing)) {
      const error = await findsTheWeather(create).catch((caught) => caught);
      const frames = (error?.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
      log(
        name,
        /findsTheWeather/.test(error?.stack),
        frames.some((line) => line.includes('transparency/scenarios')),
      );
    }
  },

  'a stack of a failing stream says which loop read it': async ({ client, as, log }) => {
    async function readsTheWeather() {
      for await (const _ of await client.chat.completions.create(streamed, as('error-event')));
    }
    const error = await readsTheWeather().catch((caught) => caught);
    log(/readsTheWeather/.test(error.stack), error.stack.includes('node_modules/openai'));
  },

  'retries happen as often as bare': async ({ newClient, as, log, outcome, requests }) => {
    const client = newClient({ maxRetries: 2 });
    for (const names of ['429-twice', '500-once', 'reset-once', '429', '400']) {
      const before = (await requests()).length;
      log(
        names,
        await outcome(() => client.chat.completions.create(chat, as(names))),
        (await requests()).length - before,
      );
    }
  },

  'a retried stream streams once': async ({ newClient, as, log }) => {
    const client = newClient({ maxRetries: 1 });
    let count = 0;
    for await (const _ of await client.chat.completions.create(streamed, as('500-once'))) count++;
    log(count);
  },

  'retries switched off for one call': async ({ newClient, as, log, outcome, requests }) => {
    const client = newClient({ maxRetries: 2 });
    log(
      await outcome(() => client.chat.completions.create(chat, as('500', { maxRetries: 0 }))),
      (await requests()).length,
    );
  },

  'a timeout is the SDK’s own error': async ({ newClient, as, log, outcome, abandoned }) => {
    const client = newClient({ timeout: 30 });
    log(await outcome(() => client.chat.completions.create(chat, as('slow-headers'))));
    log(await outcome(() => client.chat.completions.create(streamed, as('slow-headers', { timeout: 20 }))));
    log(await outcome(() => client.embeddings.create({ model: 'x', input: 'y' }, as('slow-headers'))));
    log(await abandoned());
  },

  'nobody listens at the address': async ({ newClient, log, outcome }) => {
    const client = newClient({ baseURL: 'http://127.0.0.1:1/v1' });
    log(
      await outcome(() =>
        client.chat.completions.create(chat).catch((error) => [error.constructor.name, error.message]),
      ),
    );
    log(
      await outcome(() =>
        client.chat.completions.create(streamed).catch((error) => [error.constructor.name, error.message]),
      ),
    );
  },

  'a base URL that is none': async ({ newClient, log, outcome }) => {
    for (const baseURL of ['not a url', '', '//', 'file:///tmp'])
      log(
        baseURL,
        await outcome(() =>
          newClient({ baseURL })
            .chat.completions.create(chat)
            .catch((error) => error.constructor.name),
        ),
      );
  },
};

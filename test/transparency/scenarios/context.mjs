import { AsyncLocalStorage } from 'node:async_hooks';
import { context, trace } from '@opentelemetry/api';
import { chat, chatHelpers, response, streamed, streamedResponse } from './common.mjs';

const tracer = trace.getTracer('program');

/** Runs `work` under a span of the program; `mine()` says whether that span is the active one. */
async function underSpan(work) {
  return tracer.startActiveSpan('program', async (span) => {
    const mine = () => trace.getActiveSpan() === span;
    try {
      return await work(mine, span);
    } finally {
      span.end();
    }
  });
}

const parentIs = (child, span) => (child.parentSpanContext?.spanId ?? child.parentSpanId) === span.spanContext().spanId;

function childOf(span) {
  const child = tracer.startSpan('child');
  const mine = parentIs(child, span);
  child.end();
  return mine;
}

export const scenarios = {
  'the program’s span is active after an await': async ({ client, as, log, outcome }) =>
    underSpan(async (mine, span) => {
      const promise = client.chat.completions.create(chat);
      log(mine(), childOf(span));
      await promise;
      log(mine(), childOf(span));
      await promise.withResponse();
      log(mine());
      await promise.then(() => log('then', mine(), childOf(span)));
      await outcome(client.chat.completions.create(chat, as('500')).catch(() => log('catch', mine(), childOf(span))));
      log(mine());
    }),

  'the program’s span is active inside a loop over a stream': async ({ client, log, needs }) =>
    underSpan(async (mine, span) => {
      for await (const _ of await client.chat.completions.create(streamed)) log(mine(), childOf(span));
      log(mine(), childOf(span));
      needs(client.responses, 'responses');
      for await (const _ of await client.responses.create(streamedResponse)) log(mine(), childOf(span));
      log(mine());
    }),

  'a stream read under another span than it was opened under': async ({ client, log }) => {
    const stream = await underSpan(() => client.chat.completions.create(streamed));
    await underSpan(async (mine, span) => {
      for await (const _ of stream) log(mine(), childOf(span));
    });
    log(trace.getActiveSpan());
  },

  'the program’s span in the handlers of a helper': async ({ client, log }) =>
    underSpan(async (mine, span) => {
      const stream = chatHelpers(client).stream(chat);
      for (const name of ['connect', 'content', 'chunk', 'message', 'end'])
        stream.on(name, () => log(name, mine(), childOf(span)));
      await stream.done();
      for await (const _ of chatHelpers(client).stream(chat)) log('loop', mine());
    }),

  'no span is left active after a call': async ({ client, as, log, outcome }) => {
    await client.chat.completions.create(chat);
    log(trace.getActiveSpan());
    for await (const _ of await client.chat.completions.create(streamed)) log(trace.getActiveSpan());
    await outcome(client.chat.completions.create(chat, as('400')));
    log(trace.getActiveSpan());
    for await (const _ of await client.chat.completions.create(streamed)) break;
    log(trace.getActiveSpan());
  },

  'values that the program put in the context stay': async ({ client, log }) => {
    const key = Symbol.for('transparency.mine');
    await context.with(context.active().setValue(key, 'mine'), async () => {
      log(context.active().getValue(key));
      await client.chat.completions.create(chat);
      log(context.active().getValue(key));
      for await (const _ of await client.chat.completions.create(streamed)) log(context.active().getValue(key));
      log(context.active().getValue(key));
    });
  },

  'the AsyncLocalStorage of the program is there everywhere': async ({ client, newClient, as, log, outcome }) => {
    const storage = new AsyncLocalStorage();
    const own = newClient({
      fetch: (...args) => {
        log('fetch', storage.getStore());
        return fetch(...args);
      },
    });
    await storage.run('mine', async () => {
      await own.chat.completions.create(chat);
      log(storage.getStore());
      await client.chat.completions.create(chat).then(() => log('then', storage.getStore()));
      await outcome(client.chat.completions.create(chat, as('400')).finally(() => log('finally', storage.getStore())));
      for await (const _ of await client.chat.completions.create(streamed)) log('loop', storage.getStore());
      const stream = chatHelpers(client).stream(chat);
      stream.on('content', () => log('content', storage.getStore()));
      await stream.done();
    });
    log(storage.getStore());
  },

  'a store entered inside a loop lasts': async ({ client, log }) => {
    const storage = new AsyncLocalStorage();
    let count = 0;
    for await (const _ of await client.chat.completions.create(streamed)) {
      log(storage.getStore());
      storage.enterWith(++count);
    }
    log(storage.getStore());
  },

  'a stream read in another async context': async ({ client, log }) => {
    const storage = new AsyncLocalStorage();
    const stream = await storage.run('opened', () => client.chat.completions.create(streamed));
    await storage.run('read', async () => {
      for await (const _ of stream) log(storage.getStore());
    });
  },

  'the program’s span around parallel calls': async ({ client, log, needs }) =>
    underSpan(async (mine, span) => {
      await Promise.all(
        [1, 2, 3].map(async (number) => {
          await client.chat.completions.create(chat);
          log(mine(), childOf(span));
          return number;
        }),
      );
      await needs(client.responses, 'responses').create(response);
      log(mine());
    }),

  'a custom fetch runs once per request and reads nothing twice': async ({ newClient, log, needs }) => {
    const reads = {};
    const countingFetch = async (...args) => {
      reads.fetch = (reads.fetch ?? 0) + 1;
      const answer = await fetch(...args);
      return new Proxy(answer, {
        get(target, key) {
          if (['json', 'text', 'arrayBuffer', 'blob', 'clone', 'body', 'formData', 'bytes'].includes(key))
            reads[key] = (reads[key] ?? 0) + 1;
          const value = Reflect.get(target, key, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
    };
    const client = newClient({ fetch: countingFetch });
    await client.chat.completions.create(chat);
    log('chat', { ...reads });
    await client.chat.completions.create(chat).asResponse();
    log('asResponse', { ...reads });
    for await (const _ of await client.chat.completions.create(streamed));
    log('stream', { ...reads });
    await client.embeddings.create({ model: 'x', input: 'y' });
    log('embeddings', { ...reads });
    await client.chat.completions.create(chat).catch(() => {});
    log('catch', { ...reads });
    needs(client.responses, 'responses');
    await client.responses.create(response);
    log('responses', { ...reads });
  },

  'a call that nobody awaits leaves its body unread': async ({ newClient, requests, log }) => {
    let reads = 0;
    const client = newClient({
      fetch: async (...args) => {
        const answer = await fetch(...args);
        for (const method of ['json', 'text', 'clone', 'arrayBuffer']) {
          const original = answer[method].bind(answer);
          answer[method] = (...rest) => {
            reads++;
            return original(...rest);
          };
        }
        return answer;
      },
    });
    client.chat.completions.create(chat);
    while ((await requests()).length === 0);
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
    log(reads);
  },

  'no header is added to the request': async ({ client, requests, log }) => {
    await underSpan(() => client.chat.completions.create(chat));
    const [{ headers }] = await requests();
    log(Object.keys(headers).sort(), headers.traceparent, headers.baggage);
  },
};

import { shape } from '../describe.mjs';
import { chat, collect, response, streamed, streamedResponse, texts } from './common.mjs';

const paced = async ({ client, as, advance }, count = 3, options = {}) => {
  const stream = await client.chat.completions.create(streamed, as('gate', options));
  await advance(count);
  return stream;
};

export const scenarios = {
  'a stream gives the chunks that the server sent': async ({ client }) =>
    collect(await client.chat.completions.create({ ...streamed, stream_options: { include_usage: true } })),

  'a stream without usage gets none': async ({ client }) => collect(await client.chat.completions.create(streamed)),

  'a stream of two choices stays interleaved': async ({ client }) =>
    collect(await client.chat.completions.create({ ...streamed, n: 2 })),

  'a stream of parallel tool calls stays interleaved': async ({ client, as }) =>
    collect(await client.chat.completions.create(streamed, as('parallel-tool-calls'))),

  'a stream of refusal deltas, logprobs and unknown fields': async ({ client, as }) => [
    await collect(await client.chat.completions.create(streamed, as('refusal'))),
    await collect(await client.chat.completions.create({ ...streamed, logprobs: true }, as('unknown-fields'))),
    await collect(await client.chat.completions.create(streamed, as('duplicated-role'))),
  ],

  'a responses stream gives every event': async ({ client, as, needs, log }) => {
    needs(client.responses, 'responses');
    const kinds = [
      '',
      'reasoning, web-search',
      'file-search',
      'code-interpreter',
      'mcp',
      'mcp-failed',
      'image-generation',
    ];
    const others = ['parallel-tool-calls', 'custom-tool', 'refusal', 'failed', 'incomplete', 'no-usage'];
    for (const names of [...kinds, ...others, 'unknown-item', 'unknown-event', 'unknown-content', 'keepalive-event'])
      log(names, await collect(await client.responses.create(streamedResponse, as(names))));
  },

  'a stream is of the Stream class': async ({ client, Stream, log }) => {
    const stream = await client.chat.completions.create(streamed);
    log(shape(stream), stream instanceof Stream, stream.constructor === Stream, shape(stream.controller));
    log(Object.getOwnPropertyNames(Object.getPrototypeOf(stream)), typeof stream[Symbol.asyncIterator]);
    log(Object.prototype.toString.call(stream), stream[Symbol.asyncIterator]);
    const iterator = stream[Symbol.asyncIterator]();
    log(Object.prototype.toString.call(iterator), typeof iterator.next, typeof iterator.return, typeof iterator.throw);
    log(iterator[Symbol.asyncIterator]() === iterator, shape(iterator), iterator.constructor.name);
    log((await iterator.next()).value.id);
    log(await iterator.return('early'), await iterator.next());
  },

  'break stops the download': async (t) => {
    const seen = [];
    for await (const chunk of await paced(t)) {
      seen.push(chunk);
      if (seen.length === 2) break;
    }
    t.log(texts(seen), await t.abandoned());
  },

  'break out of a responses stream stops the download': async ({ client, as, advance, needs, log, abandoned }) => {
    const stream = await needs(client.responses, 'responses').create(streamedResponse, as('gate'));
    await advance(3);
    for await (const event of stream) {
      log(event.type);
      if (event.type === 'response.in_progress') break;
    }
    log(stream.controller.signal.aborted, await abandoned());
  },

  'break out of a long stream stops the download': async ({ client, as, log, abandoned }) => {
    const stream = await client.chat.completions.create(streamed, as('long', { headers: { 'x-chunks': '200000' } }));
    let count = 0;
    for await (const _ of stream) if (++count === 5) break;
    log(count, stream.controller.signal.aborted, await abandoned());
  },

  'return inside the loop stops the download': async (t) => {
    const first = async () => {
      for await (const chunk of await paced(t)) return chunk;
    };
    t.log(await first(), await t.abandoned());
  },

  'throw inside the loop passes and stops the download': async (t) => {
    const thrown = new Error('by the program');
    try {
      for await (const _ of await paced(t)) throw thrown;
    } catch (error) {
      t.log(error === thrown);
    }
    t.log(await t.abandoned());
  },

  'controller.abort ends the loop as bare': async (t) => {
    const stream = await paced(t);
    const seen = [];
    t.log(
      await t.outcome(async () => {
        for await (const chunk of stream) {
          seen.push(chunk);
          if (seen.length === 2) stream.controller.abort();
        }
        return 'ended';
      }),
    );
    t.log(seen.length >= 2, stream.controller.signal.aborted, await t.abandoned());
  },

  'an AbortSignal during the stream ends the loop as bare': async (t) => {
    const controller = new AbortController();
    const stream = await paced(t, 2, { signal: controller.signal });
    let count = 0;
    t.log(
      await t.outcome(async () => {
        for await (const _ of stream) if (++count === 2) controller.abort(new Error('enough'));
        return 'ended';
      }),
    );
    t.log(count, await t.abandoned());
  },

  'an AbortSignal before the call refuses it': async ({ client, outcome, log }) => {
    log(await outcome(() => client.chat.completions.create(streamed, { signal: AbortSignal.abort() })));
    log(await outcome(() => client.chat.completions.create(chat, { signal: AbortSignal.abort(new Error('reason')) })));
  },

  'an AbortSignal while the headers are awaited': async ({ client, as, outcome, log, requests, abandoned }) => {
    const controller = new AbortController();
    const call = client.chat.completions.create(chat, as('slow-headers', { signal: controller.signal }));
    const settled = outcome(call);
    setTimeout(() => controller.abort(), 20);
    log(await settled, await abandoned(), (await requests()).length);
  },

  'tee gives both branches everything, left first': async ({ client, Stream, log }) => {
    const [left, right] = (await client.chat.completions.create(streamed)).tee();
    log(shape(left), left instanceof Stream, right instanceof Stream);
    log(texts(await collect(left)), texts(await collect(right)));
  },

  'tee gives both branches everything, right first': async ({ client, log }) => {
    const [left, right] = (await client.chat.completions.create(streamed)).tee();
    log(texts(await collect(right)), texts(await collect(left)));
  },

  'tee read in turns': async ({ client, log }) => {
    const branches = (await client.chat.completions.create(streamed))
      .tee()
      .map((branch) => branch[Symbol.asyncIterator]());
    for (let round = 0; round < 20; round++) {
      const [one, two] = await Promise.all(branches.map((branch) => branch.next()));
      log(one.done, one.value === two.value);
      if (one.done) break;
    }
  },

  'tee with one branch dropped': async ({ client, log }) => {
    const [left] = (await client.chat.completions.create(streamed)).tee();
    log(texts(await collect(left)));
  },

  'tee with one branch left early': async (t) => {
    const [left, right] = (await t.client.chat.completions.create(streamed, t.as(''))).tee();
    for await (const _ of left) break;
    t.log(await t.outcome(async () => texts(await collect(right))));
  },

  'tee of a responses stream': async ({ client, needs, log }) => {
    const [left, right] = (await needs(client.responses, 'responses').create(streamedResponse)).tee();
    log(
      (await collect(left)).length,
      (await collect(right)).map(({ type }) => type),
    );
  },

  'tee of a tee': async ({ client, log }) => {
    const [left, right] = (await client.chat.completions.create(streamed)).tee();
    const [first, second] = left.tee();
    log(...(await Promise.all([first, second, right].map(collect))).map((chunks) => chunks.length));
  },

  'a failing stream fails in both branches of a tee': async ({ client, as, outcome, log }) => {
    const [left, right] = (await client.chat.completions.create(streamed, as('error-event'))).tee();
    log(await outcome(() => collect(left)), await outcome(() => collect(right)));
  },

  'toReadableStream gives lines that fromReadableStream reads': async ({ client, Stream, log }) => {
    const readable = (await client.chat.completions.create(streamed)).toReadableStream();
    log(readable.constructor.name, readable.locked);
    const copy = Stream.fromReadableStream(readable, new AbortController());
    log(texts(await collect(copy)));
    log(await new Response((await client.chat.completions.create(streamed)).toReadableStream()).text());
  },

  'toReadableStream cancelled stops the download': async (t) => {
    const reader = (await paced(t)).toReadableStream().getReader();
    t.log(new TextDecoder().decode((await reader.read()).value));
    await t.outcome(() => reader.cancel());
    t.log(await t.abandoned());
  },

  'toReadableStream of a failing stream errors': async ({ client, as, outcome, log }) => {
    const stream = await client.chat.completions.create(streamed, as('error-event'));
    log(await outcome(() => new Response(stream.toReadableStream()).text()));
  },

  'a stream iterated twice throws as bare': async ({ client, outcome, log }) => {
    const stream = await client.chat.completions.create(streamed);
    log((await collect(stream)).length);
    log(await outcome(() => collect(stream)));
    const again = await client.chat.completions.create(streamed);
    for await (const _ of again) break;
    log(await outcome(() => collect(again)));
  },

  'a stream obtained twice from its promise is one stream': async ({ client, log, outcome }) => {
    const promise = client.chat.completions.create(streamed);
    const [first, second] = [await promise, await promise];
    log(first === second, (await collect(first)).length, await outcome(() => collect(second)));
  },

  'a stream that is never read': async ({ client, as, log, abandoned }) => {
    const { controller } = await client.chat.completions.create(streamed, as('gate'));
    for (let turn = 0; turn < 5; turn++) {
      globalThis.gc?.();
      await new Promise(setImmediate);
    }
    controller.abort();
    log(await abandoned());
  },

  'a short stream that is never read': async ({ client, log, abandoned }) => {
    await client.chat.completions.create(streamed);
    log(await abandoned());
  },

  'a responses stream that is never read': async ({ client, as, log, abandoned, needs }) => {
    const { controller } = await needs(client.responses, 'responses').create(streamedResponse, as('gate'));
    controller.abort();
    log(await abandoned());
  },

  'a loop that awaits sees chunks at its own pace': async (t) => {
    const stream = await t.client.chat.completions.create(streamed, t.as('gate'));
    await t.advance(1);
    for await (const chunk of stream) {
      t.log(chunk.choices[0].delta);
      await new Promise(setImmediate);
      await t.advance(1);
    }
  },

  'a chunk is handed over before the next one is sent': async (t) => {
    const iterator = (await t.client.chat.completions.create(streamed, t.as('gate')))[Symbol.asyncIterator]();
    for (let count = 0; count < 4; count++) {
      const next = iterator.next();
      await t.advance(1);
      t.log((await next).value.choices[0].delta);
    }
    await iterator.return();
    t.log(await t.abandoned());
  },

  'a slow consumer holds the server back': async ({ client, as, log, abandoned }) => {
    const stream = await client.chat.completions.create(streamed, as('long', { headers: { 'x-chunks': '200000' } }));
    const iterator = stream[Symbol.asyncIterator]();
    await iterator.next();
    for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
    // Far more than the buffers hold has not been sent: the server is still busy when the client leaves.
    await iterator.return();
    log(await abandoned());
  },

  'next called in parallel answers in order': async ({ client, log }) => {
    const iterator = (await client.chat.completions.create(streamed))[Symbol.asyncIterator]();
    const all = await Promise.all(Array.from({ length: 12 }, () => iterator.next()));
    log(all.map(({ value, done }) => [done, value?.choices[0].delta.content ?? null]));
  },

  'throw on the iterator passes the error': async ({ client, outcome, log }) => {
    const iterator = (await client.chat.completions.create(streamed))[Symbol.asyncIterator]();
    await iterator.next();
    log(await outcome(() => iterator.throw?.(new Error('thrown in'))));
    log(await outcome(() => iterator.next()));
  },

  'return before the first next': async (t) => {
    const stream = await paced(t);
    const iterator = stream[Symbol.asyncIterator]();
    t.log(await t.outcome(() => iterator.return('value')), await t.outcome(() => iterator.next()));
    t.log(stream.controller.signal.aborted);
    stream.controller.abort();
  },

  'return on a finished iterator': async ({ client, log }) => {
    const iterator = (await client.chat.completions.create(streamed))[Symbol.asyncIterator]();
    while (!(await iterator.next()).done);
    log(await iterator.next(), await iterator.return?.('value'));
  },

  'chunks may be changed by the program': async ({ client }) => {
    const seen = [];
    for await (const chunk of await client.chat.completions.create(streamed)) {
      chunk.choices[0].delta = null;
      delete chunk.model;
      chunk.mine = true;
      seen.push(chunk);
    }
    return seen;
  },

  'a stream keeps what the program hangs on it': async ({ client, log }) => {
    const stream = await client.chat.completions.create(streamed);
    stream.mine = 1;
    log(Object.keys(stream), (await collect(stream)).length, stream.mine);
  },

  'a program that wraps the iterator still works': async ({ client, log }) => {
    const stream = await client.chat.completions.create(streamed);
    const original = stream[Symbol.asyncIterator].bind(stream);
    let count = 0;
    stream[Symbol.asyncIterator] = async function* () {
      for await (const chunk of { [Symbol.asyncIterator]: original }) {
        count++;
        yield chunk;
      }
    };
    log((await collect(stream)).length, count);
  },

  'comments and CRLF do not show': async ({ client, as, log, needs }) => {
    for (const names of ['comments', 'crlf', 'comments, crlf'])
      log(names, texts(await collect(await client.chat.completions.create(streamed, as(names)))).join('|'));
    needs(client.responses, 'responses');
    for (const names of ['comments', 'crlf'])
      log(names, await collect(await client.responses.create(streamedResponse, as(names))));
  },

  'a character split between two reads': async ({ newClient, log }) => {
    const bytes = new TextEncoder().encode(
      'data: {"id":"a","choices":[{"index":0,"delta":{"content":"☀️"}}]}\n\ndata: [DONE]\n\n',
    );
    const cut = bytes.findIndex((byte) => byte >= 0xc0) + 1;
    const body = () => ReadableStream.from([bytes.subarray(0, cut), bytes.subarray(cut)]);
    const client = newClient({
      fetch: async () => new Response(body(), { headers: { 'content-type': 'text/event-stream' } }),
    });
    log(await collect(await client.chat.completions.create(streamed)));
  },

  'chunks of odd shapes arrive as bare': async ({ newClient, log, outcome, needs, client: standard }) => {
    const odd = [
      '{}',
      'null',
      '42',
      '"text"',
      '[]',
      '{"choices":null}',
      '{"choices":[null]}',
      '{"choices":[{}]}',
      '{"choices":"x"}',
    ];
    const deltas = [
      'null',
      '{"content":null,"tool_calls":null}',
      '{"tool_calls":[null,{},{"index":"x"}]}',
      '{"content":[1]}',
    ];
    const chunks = [
      ...odd,
      ...deltas.map((delta) => `{"id":"a","choices":[{"index":0,"delta":${delta}}],"usage":"none"}`),
    ];
    const answering = (datas) => {
      const body = `${datas.map((data) => `data: ${data}`).join('\n\n')}\n\ndata: [DONE]\n\n`;
      return newClient({ fetch: async () => new Response(body, { headers: { 'content-type': 'text/event-stream' } }) });
    };
    for (const data of chunks)
      log(
        data,
        await outcome(async () => collect(await answering([data, '{"id":"after"}']).chat.completions.create(streamed))),
      );
    needs(standard.responses, 'responses');
    const events = [
      '{"type":null}',
      '{"type":"response.completed"}',
      '{"type":"response.completed","response":{"output":[null],"usage":1}}',
    ];
    for (const data of [...odd, ...events, '{"type":"response.output_item.done","item":null}'])
      log(data, await outcome(async () => collect(await answering([data]).responses.create(streamedResponse))));
  },

  'a stream that breaks tells it where bare tells it': async ({ client, as, log, outcome, needs }) => {
    const read = async (create) => {
      const seen = [];
      let phase = 'create';
      const ending = await outcome(async () => {
        const stream = await create();
        phase = 'iterate';
        for await (const item of stream) seen.push(item.type ?? texts([item])[0]);
        phase = 'end';
      });
      return [phase, seen, ending];
    };
    const breaks = [
      'drop-mid-stream',
      'error-event',
      'malformed-chunk',
      'truncated-stream',
      '401',
      '429',
      '500',
      'reset',
    ];
    const bodies = ['non-json', 'empty-body', 'truncated-json', 'non-json-error', 'null-body', '204'];
    for (const names of [...breaks, ...bodies])
      log('chat', names, await read(() => client.chat.completions.create(streamed, as(names))));
    needs(client.responses, 'responses');
    for (const names of [...breaks, ...bodies])
      log('responses', names, await read(() => client.responses.create(streamedResponse, as(names))));
  },

  'a stream that failed stays failed': async ({ client, as, outcome, log }) => {
    const iterator = (await client.chat.completions.create(streamed, as('error-event')))[Symbol.asyncIterator]();
    log(
      await outcome(async () => {
        for (;;) if ((await iterator.next()).done) return 'done';
      }),
    );
    log(await outcome(() => iterator.next()), await outcome(() => iterator.next()));
  },

  'a stored response streams again from where it was left': async ({ client, needs, log, as }) => {
    needs(client.responses, 'responses');
    log(
      (await collect(await client.responses.retrieve('resp_1', { stream: true, starting_after: 8 }))).map(
        (event) => event.type,
      ),
    );
    log(
      (await collect(await client.responses.retrieve('resp_1', { stream: true }, as('reasoning')))).map(
        (event) => event.type,
      ),
    );
  },

  'a background response is polled to its end': async ({ client, needs, log }) => {
    needs(client.responses, 'responses');
    let polled = await client.responses.create({ ...response, background: true });
    log(polled.status);
    while (polled.status !== 'completed') {
      polled = await client.responses.retrieve(polled.id);
      log(polled.status, polled.output_text);
    }
    log(await client.responses.cancel(polled.id));
  },
};

import { shape } from '../describe.mjs';
import { chat, chatHelpers, collect, response, streamed, streamedResponse } from './common.mjs';

const chatEvents = [
  'connect',
  'content',
  'chunk',
  'chatCompletion',
  'message',
  'finalContent',
  'finalMessage',
  'finalChatCompletion',
  'functionCall',
  'functionToolCall',
  'finalFunctionCall',
  'finalFunctionToolCall',
  'totalUsage',
  'content.delta',
  'content.done',
  'refusal.delta',
  'refusal.done',
  'tool_calls.function.arguments.delta',
  'tool_calls.function.arguments.done',
  'logprobs.content.delta',
  'error',
  'abort',
  'end',
];

/** Writes down each event of a helper with its arguments, and the order in which they come. */
function listen(stream, names, log) {
  for (const name of names) stream.on(name, (...values) => log(name, ...values.map((value) => plain(value))));
  return stream;
}

/** Snapshots are logged as they were at the time. */
const plain = (value) =>
  typeof value === 'object' && value && !(value instanceof Error) ? structuredClone(value) : value;

const responseEvents = [
  'event',
  'response.created',
  'response.output_text.delta',
  'response.function_call_arguments.delta',
  'response.completed',
  'response.failed',
  'response.incomplete',
  'error',
  'abort',
  'end',
];

export const scenarios = {
  'a chat stream helper emits each event in order': async ({ client, as, log, outcome }) => {
    for (const names of ['', 'refusal', 'parallel-tool-calls', 'length']) {
      const stream = listen(chatHelpers(client).stream(chat, as(names)), chatEvents, (...values) =>
        log(names, ...values),
      );
      log(names, await outcome(() => stream.done()));
    }
  },

  'a chat stream helper is of its class and starts without await': async ({ client, ChatCompletionStream, log }) => {
    const stream = chatHelpers(client).stream(chat);
    log(stream instanceof ChatCompletionStream, typeof stream.then, shape(stream), shape(stream.controller));
    log(stream.ended, stream.errored, stream.aborted);
    log(await stream.finalChatCompletion());
    log(stream.ended, stream.errored, stream.aborted, shape(stream));
  },

  'the finals of a chat stream helper': async ({ client, as, log, outcome }) => {
    const stream = chatHelpers(client).stream({ ...chat, stream_options: { include_usage: true } });
    log(await stream.finalContent(), await stream.finalMessage(), await outcome(() => stream.totalUsage()));
    const tools = chatHelpers(client).stream(chat, as('tool-calls'));
    log(await outcome(() => (tools.finalFunctionToolCall ?? tools.finalFunctionCall).call(tools)), tools.messages);
  },

  'a chat stream helper is iterated': async ({ client, log }) => {
    const stream = chatHelpers(client).stream(chat);
    log(await collect(stream), await stream.finalContent(), stream.currentChatCompletionSnapshot);
  },

  'break out of a chat stream helper aborts it': async (t) => {
    const stream = chatHelpers(t.client).stream(chat, t.as('gate'));
    let count = 0;
    const loop = async () => {
      for await (const _ of stream) if (++count === 2) break;
    };
    // The loop first: a helper does not keep what came before somebody listened.
    await Promise.all([loop(), t.advance(3)]);
    t.log(count, stream.controller.signal.aborted);
    // 4.19 reads on after a break, so there the server has to come to its end.
    if (!stream.controller.signal.aborted) await t.advance(20);
    t.log(await t.outcome(() => stream.done()), stream.aborted, await t.abandoned());
  },

  'abort of a chat stream helper': async (t) => {
    const stream = listen(
      chatHelpers(t.client).stream(chat, t.as('gate')),
      ['connect', 'content', 'error', 'abort', 'end'],
      t.log,
    );
    stream.on('content', () => stream.abort());
    const done = t.outcome(() => stream.done());
    await t.advance(2);
    t.log(await done, stream.aborted, stream.errored, stream.ended, await t.outcome(() => stream.finalContent()));
    t.log(await t.abandoned());
  },

  'a chat stream helper given a signal that fires': async (t) => {
    const controller = new AbortController();
    const stream = chatHelpers(t.client).stream(chat, t.as('gate', { signal: controller.signal }));
    stream.on('content', () => controller.abort());
    const done = t.outcome(() => stream.done());
    await t.advance(2);
    t.log(await done, stream.aborted, await t.abandoned());
  },

  'a chat stream helper given an aborted signal': async ({ client, outcome, log, requests }) => {
    const stream = chatHelpers(client).stream(chat, { signal: AbortSignal.abort() });
    log(await outcome(() => stream.done()), stream.aborted, (await requests()).length);
  },

  'a chat stream helper that fails gives one error everywhere': async ({ client, as, log }) => {
    for (const names of ['401', '429', 'error-event', 'drop-mid-stream', 'malformed-chunk', 'reset']) {
      const stream = chatHelpers(client).stream(chat, as(names));
      const heard = [];
      stream.on('error', (error) => heard.push(error));
      stream.on('end', () => log(names, 'end'));
      const caught = await stream.done().catch((error) => error);
      const again = await stream.finalContent().catch((error) => error);
      log(names, caught, heard.length, heard[0] === caught, again === caught, stream.errored);
    }
  },

  'a chat stream helper that nobody awaits reports its failure once': async ({ client, as, rejectionReported }) => {
    chatHelpers(client).stream(chat, as('400'));
    return rejectionReported();
  },

  'an error inside the program’s own event handler': async ({ client, log, outcome }) => {
    const thrown = new Error('by the handler');
    const stream = chatHelpers(client).stream(chat);
    stream.on('content', () => {
      throw thrown;
    });
    log(await outcome(() => stream.done()), stream.errored);
  },

  'once, off and emitted of a helper': async ({ client, log }) => {
    const stream = chatHelpers(client).stream(chat);
    const off = () => log('never');
    stream.on('content', off).off('content', off);
    stream.once('content', (delta) => log('once', delta));
    log(await stream.emitted('connect'), await stream.emitted('content'));
    await stream.done();
  },

  'a chat stream helper to a readable stream and back': async ({ client, ChatCompletionStream, log }) => {
    const readable = chatHelpers(client).stream(chat).toReadableStream();
    const copy = listen(ChatCompletionStream.fromReadableStream(readable), ['content', 'end'], log);
    log(await copy.finalChatCompletion());
  },

  'a raw stream read by the helper of another process': async ({ client, ChatCompletionStream, log }) => {
    const stream = await client.chat.completions.create(streamed);
    log(await ChatCompletionStream.fromReadableStream(stream.toReadableStream()).finalContent());
  },

  'a helper with a parsed format': async ({ client, zodResponseFormat, z, needs, log }) => {
    needs(zodResponseFormat, 'parse');
    const response_format = zodResponseFormat(z.object({ city: z.string(), degrees: z.number() }), 'weather');
    const stream = listen(
      chatHelpers(client).stream({ ...chat, response_format }),
      ['content.delta', 'content.done'],
      log,
    );
    log((await stream.finalChatCompletion()).choices[0].message.parsed);
  },

  'two helpers at once stay apart': async ({ client, log }) => {
    const streams = ['a', 'b', 'c'].map((model) => chatHelpers(client).stream({ ...chat, model }));
    log((await Promise.all(streams.map((stream) => stream.finalChatCompletion()))).map(({ model }) => model));
  },

  'a responses stream helper emits each event in order': async ({ client, as, needs, log, outcome }) => {
    needs(client.responses?.stream, 'responses');
    for (const names of ['', 'reasoning', 'tool-calls', 'failed', 'incomplete', '401', 'error-event', 'unknown-item']) {
      const stream = client.responses.stream(response, as(names));
      listen(stream, responseEvents, (...values) => log(names, ...values));
      log(names, await outcome(() => stream.finalResponse()), stream.errored, stream.ended);
    }
  },

  'a responses stream helper is of its class and iterated': async ({ client, ResponseStream, needs, log }) => {
    needs(client.responses?.stream, 'responses');
    const stream = client.responses.stream(response);
    log(stream instanceof ResponseStream, shape(stream));
    log((await collect(stream)).map(({ type }) => type));
    log((await stream.finalResponse()).output_text);
  },

  'break out of a responses stream helper aborts it': async (t) => {
    t.needs(t.client.responses?.stream, 'responses');
    const stream = t.client.responses.stream(response, t.as('gate'));
    const loop = async () => {
      for await (const event of stream) {
        t.log(event.type);
        if (event.type === 'response.in_progress') break;
      }
    };
    await Promise.all([loop(), t.advance(3)]);
    t.log(await t.outcome(() => stream.done()), stream.aborted, await t.abandoned());
  },

  'abort of a responses stream helper': async (t) => {
    t.needs(t.client.responses?.stream, 'responses');
    const stream = t.client.responses.stream(response, t.as('gate'));
    stream.on('response.created', () => stream.abort());
    const done = t.outcome(() => stream.done());
    await t.advance(2);
    t.log(await done, stream.aborted, await t.abandoned());
  },

  'a responses stream helper resumes a stored response': async ({ client, needs, log }) => {
    needs(client.responses?.stream, 'responses');
    const stream = client.responses.stream({ response_id: 'resp_1', starting_after: 3 });
    log(await collect(stream));
  },

  'a responses stream helper with a parsed format': async ({ client, zodTextFormat, z, needs, log }) => {
    needs(zodTextFormat && client.responses?.stream, 'responses');
    const format = zodTextFormat(z.object({ city: z.string(), degrees: z.number() }), 'weather');
    log((await client.responses.stream({ ...response, text: { format } }).finalResponse()).output_parsed);
  },

  'a responses stream to a readable stream and back': async ({ client, ResponseStream, needs, log }) => {
    needs(client.responses?.stream && ResponseStream.fromReadableStream, 'ResponseStream.fromReadableStream');
    const stream = await client.responses.create(streamedResponse);
    log((await ResponseStream.fromReadableStream(stream.toReadableStream()).finalResponse()).output_text);
  },

  'a helper that is thrown away while it runs': async ({ client, abandoned, log }) => {
    chatHelpers(client).stream(chat);
    let seen = [];
    while (seen.length === 0) seen = await abandoned();
    log(seen);
  },
};

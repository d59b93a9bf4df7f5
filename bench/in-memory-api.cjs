'use strict';

// The chat completions endpoint as a `fetch` without a network: the SDK parses real Responses, and HTTP does not drown what is measured.

const CONTENT_CHUNKS = 2000;
/** One read from a socket usually brings several events. */
const EVENTS_PER_READ = 10;

const envelope = {
  id: 'chatcmpl-bench0000000000000000000000',
  created: 1750000000,
  model: 'gpt-4o-mini-2024-07-18',
  service_tier: 'default',
  system_fingerprint: 'fp_bench',
};
const usage = {
  prompt_tokens: 43,
  completion_tokens: CONTENT_CHUNKS,
  total_tokens: 43 + CONTENT_CHUNKS,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
};

/** Searched for in what was recorded, to tell whether content was. */
const PROMPT_MARK = 'heliotrope-prompt';
const ANSWER_MARK = 'heliotrope-answer';

const encoder = new TextEncoder();

const completionBody = encoder.encode(
  JSON.stringify({
    ...envelope,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: `${ANSWER_MARK}: a span stands for one operation, and a trace for the tree of them.`,
          refusal: null,
          annotations: [],
        },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage,
  }),
);

function streamReads() {
  const events = [];
  const push = (fields) =>
    events.push(
      `data: ${JSON.stringify({ ...envelope, object: 'chat.completion.chunk', usage: null, ...fields })}\n\n`,
    );
  for (let index = 0; index < CONTENT_CHUNKS; index++) {
    const delta =
      index === 0 ? { role: 'assistant', content: ANSWER_MARK, refusal: null } : { content: ` word${index}` };
    push({ choices: [{ index: 0, delta, logprobs: null, finish_reason: null }] });
  }
  push({ choices: [{ index: 0, delta: {}, logprobs: null, finish_reason: 'stop' }] });
  push({ choices: [], usage });
  events.push('data: [DONE]\n\n');

  const reads = [];
  for (let index = 0; index < events.length; index += EVENTS_PER_READ) {
    reads.push(encoder.encode(events.slice(index, index + EVENTS_PER_READ).join('')));
  }
  return reads;
}

let reads;

function streamResponse() {
  reads ??= streamReads();
  let next = 0;
  const body = new ReadableStream(
    {
      pull(controller) {
        controller.enqueue(reads[next++]);
        if (next === reads.length) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, {
    status: 200,
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'x-request-id': 'req_bench' },
  });
}

async function fetchInMemory(_url, init) {
  if (init.body.includes('"stream":true')) return streamResponse();
  return new Response(completionBody, {
    status: 200,
    headers: { 'content-type': 'application/json', 'x-request-id': 'req_bench' },
  });
}

const request = {
  model: 'gpt-4o-mini',
  messages: [
    { role: 'system', content: 'You answer in one short sentence.' },
    { role: 'user', content: `${PROMPT_MARK}: what is the difference between a span and a trace?` },
  ],
  temperature: 0.2,
  max_tokens: 256,
};
const streamRequest = { ...request, stream: true, stream_options: { include_usage: true } };

module.exports = { fetchInMemory, request, streamRequest, PROMPT_MARK, ANSWER_MARK };

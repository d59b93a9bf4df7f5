import { type Call, CREATED, items, type Json, list, sendError, sendJson, text } from './call.ts';
import { type ServerSentEvent, sendEvents } from './delivery.ts';

export const ANSWER = ['The weather', ' in Paris', ' is mild:', ' 21 °C', ' ☀️.'];
const FINGERPRINT = 'fp_0123456789';

export const datedModel = (model: unknown): string =>
  ({ 'gpt-4o-mini': 'gpt-4o-mini-2024-07-18', 'gpt-4o': 'gpt-4o-2024-08-06' })[String(model)] ??
  text(model, 'gpt-4o-mini-2024-07-18');

export const chatUsage = {
  prompt_tokens: 19,
  completion_tokens: 10,
  total_tokens: 29,
  prompt_tokens_details: { cached_tokens: 8, audio_tokens: 2 },
  completion_tokens_details: {
    reasoning_tokens: 4,
    audio_tokens: 1,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
};

const toolCalls = [
  { id: 'call_a', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } },
  { id: 'call_b', type: 'function', function: { name: 'get_time', arguments: '{"zone":"Europe/Paris"}' } },
];

const logprobs = {
  content: [
    {
      token: 'The',
      logprob: -0.01,
      bytes: [84, 104, 101],
      top_logprobs: [{ token: 'The', logprob: -0.01, bytes: [84, 104, 101] }],
    },
  ],
  refusal: null,
};

/** What the model says, before it is told whole or in deltas. */
interface Turn {
  content: string[] | null;
  refusal: string[] | null;
  toolCalls: typeof toolCalls;
  finishReason: string;
}

function turn(call: Call, choice: number): Turn {
  const format = call.body.response_format as Json | undefined;
  const last = items(call.body.messages).at(-1);
  const answered = last?.role === 'tool' || last?.role === 'function';
  const blank: Turn = { content: null, refusal: null, toolCalls: [], finishReason: 'stop' };
  if (call.has('refusal')) return { ...blank, refusal: ["I'm sorry,", ' I cannot', ' help with that.'] };
  if (!answered || call.has('endless-tool-calls')) {
    const offered = items(call.body.tools).map((tool) => (tool.function as Json | undefined)?.name);
    const named = toolCalls.map((toolCall, index) => ({
      ...toolCall,
      function: { ...toolCall.function, name: text(offered[index], toolCall.function.name) },
    }));
    if (call.has('parallel-tool-calls')) return { ...blank, toolCalls: named, finishReason: 'tool_calls' };
    if (call.has('tool-calls') || call.has('endless-tool-calls'))
      return { ...blank, toolCalls: named.slice(0, 1), finishReason: 'tool_calls' };
    if (call.has('malformed-tool-arguments')) {
      const broken = named.slice(0, 1).map((one) => ({ ...one, function: { ...one.function, arguments: '{"city":' } }));
      return { ...blank, toolCalls: broken, finishReason: 'tool_calls' };
    }
  }
  if (call.has('length')) return { ...blank, content: ANSWER.slice(0, 2), finishReason: 'length' };
  if (call.has('content-filter')) return { ...blank, content: [''], finishReason: 'content_filter' };
  if (format?.type === 'json_schema' || format?.type === 'json_object')
    return { ...blank, content: ['{"city":', '"Paris",', '"degrees":21}'] };
  if (call.has('long')) {
    const chunks = Number(call.request.headers['x-chunks'] ?? 1000);
    return { ...blank, content: Array.from({ length: chunks }, (_, index) => `word${index} `) };
  }
  return { ...blank, content: choice === 0 ? ANSWER : [`Choice ${choice}:`, ' sunny.'] };
}

function message(said: Turn): Json {
  return {
    role: 'assistant',
    content: said.content?.join('') ?? null,
    refusal: said.refusal?.join('') ?? null,
    ...(said.toolCalls.length > 0 ? { tool_calls: said.toolCalls } : { annotations: [] }),
  };
}

function completion(call: Call): Json {
  const choices = Array.from({ length: Number(call.body.n ?? 1) }, (_, index) => {
    const said = turn(call, index);
    return {
      index,
      message: message(said),
      logprobs: call.body.logprobs ? logprobs : null,
      finish_reason: said.finishReason,
    };
  });
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: CREATED,
    model: datedModel(call.body.model),
    choices: call.has('no-choices') ? [] : choices,
    ...(call.has('no-usage') ? {} : { usage: chatUsage }),
    service_tier: text(call.body.service_tier, 'default').replace('auto', 'default'),
    system_fingerprint: FINGERPRINT,
    ...(call.has('unknown-fields') ? { invented_field: { deep: [1, null] } } : {}),
  };
}

/** Deltas of one choice, first to last, the last one carrying the finish reason. */
function deltas(call: Call, said: Turn): Json[] {
  const first: Json = { role: 'assistant', content: said.content ? '' : null, refusal: null };
  const told: Json[] = [first];
  for (const part of said.content ?? []) told.push({ content: part });
  for (const part of said.refusal ?? []) told.push({ refusal: part });
  said.toolCalls.forEach(({ id, type, function: { name } }, index) => {
    told.push({ tool_calls: [{ index, id, type, function: { name, arguments: '' } }] });
  });
  // The arguments of parallel calls arrive interleaved: a piece of the first, a piece of the second, and again.
  const pieces = said.toolCalls.map((toolCall) => halves(toolCall.function.arguments));
  for (const part of [0, 1]) {
    pieces.forEach((halved, index) => {
      told.push({ tool_calls: [{ index, function: { arguments: halved[part] } }] });
    });
  }
  if (call.has('duplicated-role')) told.splice(2, 0, { role: 'assistant' });
  return told;
}

function halves(whole: string): [string, string] {
  const middle = Math.floor(whole.length / 2);
  return [whole.slice(0, middle), whole.slice(middle)];
}

function* chunks(call: Call): Generator<ServerSentEvent> {
  const includeUsage = (call.body.stream_options as Json | undefined)?.include_usage === true;
  const base = {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: CREATED,
    model: datedModel(call.body.model),
    service_tier: 'default',
    system_fingerprint: FINGERPRINT,
  };
  const chunk = (choices: Json[], usage: unknown = null): ServerSentEvent => ({
    data: { ...base, choices, ...(includeUsage ? { usage } : {}) },
  });

  // Azure opens with a chunk of filter results that has no choices at all.
  if (call.azure)
    yield { data: { ...base, id: '', model: '', choices: [], prompt_filter_results: [{ prompt_index: 0 }] } };
  const said = Array.from({ length: Number(call.body.n ?? 1) }, (_, index) => turn(call, index));
  const told = said.map((one) => deltas(call, one));
  const longest = Math.max(0, ...told.map((one) => one.length));
  for (let step = 0; step < longest; step++) {
    for (const [index, one] of told.entries()) {
      const delta = one[step];
      if (delta)
        yield chunk([
          { index, delta, logprobs: call.body.logprobs && step > 0 ? logprobs : null, finish_reason: null },
        ]);
    }
  }
  for (const [index, { finishReason }] of said.entries())
    yield chunk([{ index, delta: {}, logprobs: null, finish_reason: finishReason }]);
  if (includeUsage) yield chunk([], chatUsage);
  yield { data: '[DONE]' };
}

/** `POST /chat/completions`, and stored completions below it. https://platform.openai.com/docs/api-reference/chat */
export async function chatCompletions(call: Call): Promise<void> {
  const [, , , id, rest] = call.path.split('/');
  if (call.request.method === 'POST' && id === undefined) {
    if (call.body.stream === true) return sendEvents(call, chunks(call));
    const created = completion(call);
    if (call.body.store === true)
      call.state.stored.set('chatcmpl-1', { ...created, metadata: call.body.metadata ?? null });
    return sendJson(call, created);
  }
  if (id === undefined) {
    const after = call.query.get('after');
    const page = after === null ? ['chatcmpl-1', 'chatcmpl-2'] : ['chatcmpl-3'];
    return sendJson(
      call,
      list(
        page.map((one) => ({ ...completion(call), id: one, metadata: {} })),
        after === null,
      ),
    );
  }
  const stored = call.state.stored.get(id) ?? { ...completion(call), id, metadata: {} };
  if (rest === 'messages') {
    return sendJson(call, list([{ id: `${id}-0`, role: 'user', content: 'Hello', name: null, content_parts: null }]));
  }
  if (call.request.method === 'DELETE') return sendJson(call, { object: 'chat.completion.deleted', id, deleted: true });
  if (call.request.method === 'POST') return sendJson(call, { ...stored, metadata: call.body.metadata ?? {} });
  return sendJson(call, stored);
}

/** `POST /completions`. https://platform.openai.com/docs/api-reference/completions */
export async function completions(call: Call): Promise<void> {
  const model = text(call.body.model, 'gpt-3.5-turbo-instruct');
  const base = { id: 'cmpl-1', object: 'text_completion', created: CREATED, model, system_fingerprint: FINGERPRINT };
  const usage = { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 };
  const prompts =
    Array.isArray(call.body.prompt) && typeof call.body.prompt[0] === 'string' ? call.body.prompt.length : 1;
  const count = prompts * Number(call.body.n ?? 1);
  if (call.body.stream !== true) {
    const choices = Array.from({ length: count }, (_, index) => ({
      text: ANSWER.join(''),
      index,
      logprobs: null,
      finish_reason: 'stop',
    }));
    return sendJson(call, { ...base, choices, usage });
  }
  const includeUsage = (call.body.stream_options as Json | undefined)?.include_usage === true;
  const chunk = (choices: Json[], used: unknown = null): ServerSentEvent => ({
    data: { ...base, choices, ...(includeUsage ? { usage: used } : {}) },
  });
  const events = ANSWER.flatMap((part) =>
    Array.from({ length: count }, (_, index) => chunk([{ text: part, index, logprobs: null, finish_reason: null }])),
  );
  for (let index = 0; index < count; index++)
    events.push(chunk([{ text: '', index, logprobs: null, finish_reason: 'stop' }]));
  if (includeUsage) events.push(chunk([], usage));
  await sendEvents(call, [...events, { data: '[DONE]' }]);
}

export function notFound(call: Call): void {
  sendError(call, 404, {
    message: `Invalid URL (${call.request.method} ${call.request.path})`,
    type: 'invalid_request_error',
  });
}

import { type Call, CREATED, items, type Json, list, sendError, sendJson, text } from './call.ts';
import { ANSWER, datedModel } from './chat.ts';
import { type ServerSentEvent, sendEvents } from './delivery.ts';

export const responseUsage = {
  input_tokens: 36,
  input_tokens_details: { cached_tokens: 16 },
  output_tokens: 20,
  output_tokens_details: { reasoning_tokens: 12 },
  total_tokens: 56,
};

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const outputText = (value: string, annotations: Json[] = []): Json => ({
  type: 'output_text',
  text: value,
  annotations,
  logprobs: [],
});

function messageItem(content: Json[]): Json {
  return { id: 'msg_1', type: 'message', status: 'completed', role: 'assistant', content };
}

const reasoningItem: Json = {
  id: 'rs_1',
  type: 'reasoning',
  summary: [{ type: 'summary_text', text: 'The user asks for the weather.' }],
  encrypted_content: null,
};

/** Output items by the scenario that asks for them; several scenarios put several items before the message. */
const toolItems: Record<string, Json[]> = {
  'web-search': [
    {
      id: 'ws_1',
      type: 'web_search_call',
      status: 'completed',
      action: { type: 'search', query: 'weather Paris', sources: [] },
    },
  ],
  'file-search': [
    {
      id: 'fs_1',
      type: 'file_search_call',
      status: 'completed',
      queries: ['refund policy'],
      results: [
        { file_id: 'file_1', filename: 'policy.pdf', score: 0.92, text: 'Refunds within 30 days.', attributes: {} },
      ],
    },
  ],
  'code-interpreter': [
    {
      id: 'ci_1',
      type: 'code_interpreter_call',
      status: 'completed',
      code: 'print(6 * 7)',
      container_id: 'cntr_1',
      outputs: [{ type: 'logs', logs: '42\n' }],
    },
  ],
  mcp: [
    {
      id: 'mcpl_1',
      type: 'mcp_list_tools',
      server_label: 'docs',
      tools: [{ name: 'search_docs', description: 'Search', input_schema: { type: 'object' }, annotations: null }],
    },
    {
      id: 'mcp_1',
      type: 'mcp_call',
      status: 'completed',
      approval_request_id: null,
      server_label: 'docs',
      name: 'search_docs',
      arguments: '{"query":"retries"}',
      output: 'Set maxRetries.',
      error: null,
    },
  ],
  'mcp-failed': [
    {
      id: 'mcp_1',
      type: 'mcp_call',
      status: 'failed',
      approval_request_id: null,
      server_label: 'docs',
      name: 'search_docs',
      arguments: '{"query":"retries"}',
      output: null,
      error: { type: 'http_error', code: 503, message: 'Service unavailable' },
    },
  ],
  'image-generation': [
    {
      id: 'ig_1',
      type: 'image_generation_call',
      status: 'completed',
      result: PIXEL,
      output_format: 'png',
      size: '1024x1024',
    },
  ],
  'unknown-item': [{ id: 'tm_1', type: 'time_machine_call', status: 'completed', destination: { year: 1985 } }],
};

const functionCall = (index: number, name: string, args: string): Json => ({
  id: `fc_${index}`,
  type: 'function_call',
  status: 'completed',
  call_id: `call_${index}`,
  name,
  arguments: args,
});

function output(call: Call): Json[] {
  const wanted = Object.entries(toolItems).flatMap(([scenario, produced]) => (call.has(scenario) ? produced : []));
  const answered = items(call.body.input).some((item) => item.type === 'function_call_output');
  if (call.has('reasoning')) wanted.unshift(reasoningItem);
  if (!answered && (call.has('tool-calls') || call.has('parallel-tool-calls'))) {
    const name = text(items(call.body.tools)[0]?.name, 'get_weather');
    wanted.push(functionCall(0, name, '{"city":"Paris"}'));
    if (call.has('parallel-tool-calls')) wanted.push(functionCall(1, 'get_time', '{"zone":"Europe/Paris"}'));
    return wanted;
  }
  if (call.has('custom-tool'))
    return [
      ...wanted,
      { id: 'ctc_1', type: 'custom_tool_call', status: 'completed', call_id: 'call_0', name: 'sql', input: 'SELECT 1' },
    ];
  if (call.has('refusal'))
    return [...wanted, messageItem([{ type: 'refusal', refusal: "I'm sorry, I cannot help with that." }])];
  if (call.has('unknown-content')) return [...wanted, messageItem([{ type: 'hologram', shape: [1, 2] }])];
  const format = (call.body.text as Json | undefined)?.format as Json | undefined;
  if (format?.type === 'json_schema') return [...wanted, messageItem([outputText('{"city":"Paris","degrees":21}')])];
  if (call.has('long')) {
    const words = Array.from(
      { length: Number(call.request.headers['x-chunks'] ?? 1000) },
      (_, index) => `word${index} `,
    );
    return [...wanted, messageItem([outputText(words.join(''))])];
  }
  const citation = {
    type: 'url_citation',
    start_index: 0,
    end_index: 3,
    url: 'https://weather.example/paris',
    title: 'Paris',
  };
  return [...wanted, messageItem([outputText(ANSWER.join(''), call.has('web-search') ? [citation] : [])])];
}

function response(call: Call, status: string, produced: Json[]): Json {
  const body = call.body;
  const finished = status === 'completed' || status === 'incomplete';
  return {
    id: 'resp_1',
    object: 'response',
    created_at: CREATED,
    status,
    background: body.background ?? false,
    conversation: typeof body.conversation === 'string' ? { id: body.conversation } : (body.conversation ?? null),
    error: status === 'failed' ? { code: 'server_error', message: 'The model failed to generate a response.' } : null,
    incomplete_details: status === 'incomplete' ? { reason: 'max_output_tokens' } : null,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    metadata: body.metadata ?? {},
    model: datedModel(body.model),
    output: produced,
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    previous_response_id: body.previous_response_id ?? null,
    reasoning: { effort: null, summary: null, ...(body.reasoning as Json | undefined) },
    service_tier: 'default',
    store: body.store ?? true,
    temperature: body.temperature ?? 1,
    text: body.text ?? { format: { type: 'text' }, verbosity: 'medium' },
    tool_choice: body.tool_choice ?? 'auto',
    tools: body.tools ?? [],
    top_p: body.top_p ?? 1,
    truncation: 'disabled',
    usage: finished && !call.has('no-usage') ? responseUsage : null,
    user: body.user ?? null,
  };
}

type EventBody = Json & { type: string };

/** Events of one output item, in the order of the API reference. */
function* itemEvents(call: Call, item: Json, outputIndex: number): Generator<EventBody> {
  const at = { item_id: item.id, output_index: outputIndex };
  const started = { ...item, status: 'in_progress' };
  switch (item.type) {
    case 'message':
      yield { type: 'response.output_item.added', output_index: outputIndex, item: { ...started, content: [] } };
      for (const [contentIndex, part] of items(item.content).entries())
        yield* partEvents(call, part, { ...at, content_index: contentIndex });
      break;
    case 'reasoning':
      yield { type: 'response.output_item.added', output_index: outputIndex, item: { ...item, summary: [] } };
      for (const [summaryIndex, part] of items(item.summary).entries()) {
        const where = { ...at, summary_index: summaryIndex };
        yield { type: 'response.reasoning_summary_part.added', ...where, part: { ...part, text: '' } };
        for (const delta of halves(part.text)) yield { type: 'response.reasoning_summary_text.delta', ...where, delta };
        yield { type: 'response.reasoning_summary_text.done', ...where, text: part.text };
        yield { type: 'response.reasoning_summary_part.done', ...where, part };
      }
      break;
    case 'function_call':
      yield { type: 'response.output_item.added', output_index: outputIndex, item: { ...started, arguments: '' } };
      for (const delta of halves(item.arguments))
        yield { type: 'response.function_call_arguments.delta', ...at, delta };
      yield { type: 'response.function_call_arguments.done', ...at, name: item.name, arguments: item.arguments };
      break;
    case 'custom_tool_call':
      yield { type: 'response.output_item.added', output_index: outputIndex, item: { ...started, input: '' } };
      for (const delta of halves(item.input)) yield { type: 'response.custom_tool_call_input.delta', ...at, delta };
      yield { type: 'response.custom_tool_call_input.done', ...at, input: item.input };
      break;
    case 'code_interpreter_call':
      yield {
        type: 'response.output_item.added',
        output_index: outputIndex,
        item: { ...started, code: '', outputs: null },
      };
      yield { type: 'response.code_interpreter_call.in_progress', ...at };
      for (const delta of halves(item.code)) yield { type: 'response.code_interpreter_call_code.delta', ...at, delta };
      yield { type: 'response.code_interpreter_call_code.done', ...at, code: item.code };
      yield { type: 'response.code_interpreter_call.interpreting', ...at };
      yield { type: 'response.code_interpreter_call.completed', ...at };
      break;
    case 'mcp_call':
      yield {
        type: 'response.output_item.added',
        output_index: outputIndex,
        item: { ...started, arguments: '', output: null },
      };
      yield { type: 'response.mcp_call.in_progress', ...at };
      yield { type: 'response.mcp_call_arguments.delta', ...at, delta: item.arguments };
      yield { type: 'response.mcp_call_arguments.done', ...at, arguments: item.arguments };
      yield { type: item.error ? 'response.mcp_call.failed' : 'response.mcp_call.completed', ...at };
      break;
    case 'image_generation_call':
      yield { type: 'response.output_item.added', output_index: outputIndex, item: { ...started, result: null } };
      yield { type: 'response.image_generation_call.in_progress', ...at };
      yield { type: 'response.image_generation_call.generating', ...at };
      yield {
        type: 'response.image_generation_call.partial_image',
        ...at,
        partial_image_index: 0,
        partial_image_b64: PIXEL,
      };
      yield { type: 'response.image_generation_call.completed', ...at };
      break;
    case 'web_search_call':
    case 'file_search_call': {
      const kind = `response.${item.type}`;
      yield { type: 'response.output_item.added', output_index: outputIndex, item: started };
      for (const step of ['in_progress', 'searching', 'completed']) yield { type: `${kind}.${step}`, ...at };
      break;
    }
    case 'mcp_list_tools':
      yield { type: 'response.output_item.added', output_index: outputIndex, item: { ...item, tools: [] } };
      yield { type: 'response.mcp_list_tools.in_progress', ...at };
      yield { type: 'response.mcp_list_tools.completed', ...at };
      break;
    default:
      yield { type: 'response.output_item.added', output_index: outputIndex, item: started };
      yield { type: `response.${item.type}.in_progress`, ...at };
  }
  yield { type: 'response.output_item.done', output_index: outputIndex, item };
}

function* partEvents(call: Call, part: Json, at: Json): Generator<EventBody> {
  if (part.type === 'refusal') {
    yield { type: 'response.content_part.added', ...at, part: { ...part, refusal: '' } };
    for (const delta of halves(part.refusal)) yield { type: 'response.refusal.delta', ...at, delta };
    yield { type: 'response.refusal.done', ...at, refusal: part.refusal };
  } else if (part.type === 'output_text') {
    const whole = text(part.text, '');
    yield { type: 'response.content_part.added', ...at, part: { ...part, text: '', annotations: [] } };
    for (const delta of whole === ANSWER.join('') ? ANSWER : call.has('long') ? whole.split(/(?<= )/) : halves(whole))
      yield { type: 'response.output_text.delta', ...at, delta, logprobs: [], obfuscation: 'abcdef' };
    for (const [index, annotation] of items(part.annotations).entries())
      yield { type: 'response.output_text.annotation.added', ...at, annotation_index: index, annotation };
    yield { type: 'response.output_text.done', ...at, text: whole, logprobs: [] };
  } else {
    yield { type: 'response.content_part.added', ...at, part };
  }
  yield { type: 'response.content_part.done', ...at, part };
}

function halves(whole: unknown): string[] {
  const characters = text(whole, '');
  const middle = Math.floor(characters.length / 2);
  return [characters.slice(0, middle), characters.slice(middle)];
}

function* events(call: Call): Generator<EventBody> {
  const produced = output(call);
  if (call.body.background === true) yield { type: 'response.queued', response: response(call, 'queued', []) };
  yield { type: 'response.created', response: response(call, 'in_progress', []) };
  yield { type: 'response.in_progress', response: response(call, 'in_progress', []) };
  if (call.has('failed')) {
    yield { type: 'response.failed', response: response(call, 'failed', []) };
    return;
  }
  if (call.has('keepalive-event')) yield { type: 'keepalive' };
  if (call.has('unknown-event')) yield { type: 'response.hologram.delta', delta: 'x' };
  for (const [index, item] of produced.entries()) yield* itemEvents(call, item, index);
  const status = call.has('incomplete') ? 'incomplete' : 'completed';
  yield { type: `response.${status}`, response: response(call, status, produced) };
}

function* numbered(call: Call, after = -1): Generator<ServerSentEvent> {
  let sequence = 0;
  for (const event of events(call)) {
    const { type, ...rest } = event;
    if (sequence > after) yield { event: type, data: { type, sequence_number: sequence, ...rest } };
    sequence++;
  }
}

const polled = { queued: 'in_progress', in_progress: 'completed' } as Record<string, string>;

/** `/responses`. https://platform.openai.com/docs/api-reference/responses */
export async function responses(call: Call): Promise<void> {
  const [, , id, rest] = call.path.split('/');
  const { method } = call.request;
  if (method === 'POST' && id === undefined) {
    if (call.body.stream === true) return sendEvents(call, numbered(call));
    if (call.body.background === true) {
      const queued = response(call, 'queued', []);
      call.state.stored.set('resp_1', queued);
      return sendJson(call, queued);
    }
    const status = call.has('failed') ? 'failed' : call.has('incomplete') ? 'incomplete' : 'completed';
    return sendJson(call, response(call, status, status === 'failed' ? [] : output(call)));
  }
  if (id === 'input_tokens') return sendJson(call, { object: 'response.input_tokens', input_tokens: 36 });
  if (id === 'compact')
    return sendJson(call, {
      id: 'resp_1',
      object: 'response.compaction',
      created_at: CREATED,
      output: [],
      usage: responseUsage,
    });
  if (id === 'resp_missing')
    return sendError(call, 404, { message: `Response with id '${id}' not found.`, type: 'invalid_request_error' });
  const stored = call.state.stored.get(id ?? '') ?? { ...response(call, 'completed', output(call)), id };
  if (rest === 'cancel') {
    const cancelled = { ...stored, status: 'cancelled' };
    call.state.stored.set(id ?? '', cancelled);
    return sendJson(call, cancelled);
  }
  if (rest === 'input_items')
    return sendJson(
      call,
      list([
        {
          id: 'msg_0',
          type: 'message',
          role: 'user',
          status: 'completed',
          content: [{ type: 'input_text', text: 'Hello' }],
        },
      ]),
    );
  if (method === 'DELETE') return sendJson(call, { id, object: 'response', deleted: true });
  if (call.query.get('stream') === 'true')
    return sendEvents(call, numbered(call, Number(call.query.get('starting_after') ?? -1)));

  const next = polled[text(stored.status, '')];
  if (next === undefined) return sendJson(call, stored);
  const advanced = {
    ...stored,
    status: next,
    ...(next === 'completed' ? { output: output(call), usage: responseUsage } : {}),
  };
  call.state.stored.set(id ?? '', advanced);
  return sendJson(call, advanced);
}

/** `/conversations`. https://platform.openai.com/docs/api-reference/conversations */
export async function conversations(call: Call): Promise<void> {
  const [, , id, rest] = call.path.split('/');
  if (rest === 'items') {
    const item = {
      id: 'msg_0',
      type: 'message',
      role: 'user',
      status: 'completed',
      content: [{ type: 'input_text', text: 'Hello' }],
    };
    return sendJson(call, list([item]));
  }
  if (call.request.method === 'DELETE') return sendJson(call, { id, object: 'conversation.deleted', deleted: true });
  sendJson(call, {
    id: id ?? 'conv_1',
    object: 'conversation',
    created_at: CREATED,
    metadata: call.body.metadata ?? {},
  });
}

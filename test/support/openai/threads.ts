import { type Call, CREATED, type Json, list, sendJson, text } from './call.ts';
import { type ServerSentEvent, sendEvents } from './delivery.ts';

const usage = { prompt_tokens: 123, completion_tokens: 45, total_tokens: 168 };
const VALUE = ['Bonjour', ' from the', ' assistant.'];

const toolCall = { id: 'call_a', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } };

const assistant = (body: Json, id = 'asst_1'): Json => ({
  id,
  object: 'assistant',
  created_at: CREATED,
  name: body.name ?? 'Helper',
  description: body.description ?? null,
  model: text(body.model, 'gpt-4o-mini'),
  instructions: body.instructions ?? null,
  tools: body.tools ?? [],
  metadata: {},
  temperature: 1,
  top_p: 1,
  response_format: 'auto',
});

function run(body: Json, status: string, id = 'run_1', threadId = 'thread_1'): Json {
  return {
    id,
    object: 'thread.run',
    created_at: CREATED,
    assistant_id: text(body.assistant_id, 'asst_1'),
    thread_id: threadId,
    status,
    started_at: CREATED,
    expires_at: null,
    cancelled_at: null,
    failed_at: null,
    completed_at: status === 'completed' ? CREATED + 2 : null,
    required_action:
      status === 'requires_action'
        ? { type: 'submit_tool_outputs', submit_tool_outputs: { tool_calls: [toolCall] } }
        : null,
    last_error: status === 'failed' ? { code: 'server_error', message: 'Sorry, something went wrong.' } : null,
    model: text(body.model, 'gpt-4o-mini'),
    instructions: body.instructions ?? null,
    tools: body.tools ?? [],
    metadata: {},
    incomplete_details: null,
    usage: status === 'completed' ? usage : null,
    temperature: body.temperature ?? 1,
    top_p: 1,
    max_prompt_tokens: null,
    max_completion_tokens: null,
    truncation_strategy: { type: 'auto', last_messages: null },
    response_format: 'auto',
    tool_choice: 'auto',
    parallel_tool_calls: true,
  };
}

const threadMessage = (threadId: string, role: string, value: string, status = 'completed'): Json => ({
  id: role === 'user' ? 'msg_0' : 'msg_1',
  object: 'thread.message',
  created_at: CREATED,
  assistant_id: role === 'user' ? null : 'asst_1',
  thread_id: threadId,
  run_id: role === 'user' ? null : 'run_1',
  role,
  status,
  incomplete_details: null,
  incomplete_at: null,
  completed_at: status === 'completed' ? CREATED + 2 : null,
  content: status === 'completed' ? [{ type: 'text', text: { value, annotations: [] } }] : [],
  attachments: [],
  metadata: {},
});

function* runEvents(call: Call, threadId: string, resumed: boolean): Generator<ServerSentEvent> {
  const of = (status: string): Json => run(call.body, status, 'run_1', threadId);
  const event = (name: string, data: unknown): ServerSentEvent => ({ event: name, data });
  if (!resumed) {
    yield event('thread.run.created', of('queued'));
    yield event('thread.run.queued', of('queued'));
  }
  yield event('thread.run.in_progress', of('in_progress'));
  if (call.has('tool-calls') && !resumed) {
    yield event('thread.run.requires_action', of('requires_action'));
    yield event('done', '[DONE]');
    return;
  }
  if (call.has('failed')) {
    yield event('thread.run.failed', of('failed'));
    yield event('done', '[DONE]');
    return;
  }
  const step = {
    id: 'step_1',
    object: 'thread.run.step',
    created_at: CREATED,
    run_id: 'run_1',
    assistant_id: 'asst_1',
    thread_id: threadId,
    type: 'message_creation',
    status: 'in_progress',
    cancelled_at: null,
    completed_at: null,
    expired_at: null,
    failed_at: null,
    last_error: null,
    step_details: { type: 'message_creation', message_creation: { message_id: 'msg_1' } },
    usage: null,
  };
  const opened = threadMessage(threadId, 'assistant', '', 'in_progress');
  yield event('thread.run.step.created', step);
  yield event('thread.run.step.in_progress', step);
  yield event('thread.message.created', opened);
  yield event('thread.message.in_progress', opened);
  for (const value of VALUE) {
    const content = [{ index: 0, type: 'text', text: value === VALUE[0] ? { value, annotations: [] } : { value } }];
    yield event('thread.message.delta', { id: 'msg_1', object: 'thread.message.delta', delta: { content } });
  }
  yield event('thread.message.completed', threadMessage(threadId, 'assistant', VALUE.join('')));
  yield event('thread.run.step.completed', { ...step, status: 'completed', completed_at: CREATED + 2, usage });
  yield event('thread.run.completed', of('completed'));
  yield event('done', '[DONE]');
}

const next: Record<string, string> = { queued: 'in_progress', in_progress: 'completed' };

/** `/assistants`, `/threads` and runs. https://platform.openai.com/docs/api-reference/runs */
export async function assistants(call: Call): Promise<void> {
  const [, root, id, below, runId, action] = call.path.split('/');
  const { method } = call.request;
  if (root === 'assistants') {
    if (method === 'DELETE') return sendJson(call, { id, object: 'assistant.deleted', deleted: true });
    return sendJson(call, id === undefined && method === 'GET' ? list([assistant({})]) : assistant(call.body, id));
  }
  const thread = {
    id: id ?? 'thread_1',
    object: 'thread',
    created_at: CREATED,
    metadata: call.body.metadata ?? {},
    tool_resources: {},
  };
  if (id === 'runs') return startRun(call, 'thread_1');
  if (below === undefined) {
    if (method === 'DELETE') return sendJson(call, { id, object: 'thread.deleted', deleted: true });
    return sendJson(call, thread);
  }
  const threadId = id ?? 'thread_1';
  if (below === 'messages') {
    if (method === 'POST')
      return sendJson(call, threadMessage(threadId, text(call.body.role, 'user'), text(call.body.content, 'Hello')));
    return sendJson(
      call,
      list([threadMessage(threadId, 'assistant', VALUE.join('')), threadMessage(threadId, 'user', 'Hello')]),
    );
  }
  if (runId === undefined) {
    if (method === 'POST') return startRun(call, threadId);
    return sendJson(call, list([run({}, 'completed', 'run_1', threadId)]));
  }
  const stored = call.state.stored.get(runId) ?? run({}, 'completed', runId, threadId);
  if (action === 'steps') return sendJson(call, list([]));
  if (action === 'submit_tool_outputs') {
    if (call.body.stream === true) return sendEvents(call, runEvents(call, threadId, true));
    return saveRun(call, { ...stored, status: 'queued', required_action: null }, true);
  }
  if (action === 'cancel') return saveRun(call, { ...stored, status: 'cancelled' }, false);
  const status = next[text(stored.status, '')];
  if (status === undefined) return sendJson(call, stored);
  if (stored.status === 'in_progress' && call.has('tool-calls') && !call.state.stored.has(`${runId}/submitted`))
    return saveRun(call, run(stored, 'requires_action', runId, threadId), false);
  return saveRun(call, { ...stored, status, usage: status === 'completed' ? usage : null }, false);
}

async function startRun(call: Call, threadId: string): Promise<void> {
  if (call.body.stream === true) return sendEvents(call, runEvents(call, threadId, false));
  call.state.stored.delete('run_1/submitted');
  return saveRun(call, run(call.body, 'queued', 'run_1', threadId), false);
}

async function saveRun(call: Call, saved: Json, submitted: boolean): Promise<void> {
  call.state.stored.set(String(saved.id), saved);
  if (submitted) call.state.stored.set(`${saved.id}/submitted`, {});
  // The SDK's poll helpers wait as long as this header says instead of seconds.
  call.response.setHeader('openai-poll-after-ms', '1');
  sendJson(call, saved);
}

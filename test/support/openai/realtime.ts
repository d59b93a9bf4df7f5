import type { WebSocket } from 'ws';
import type { Json } from './call.ts';

const usage = {
  total_tokens: 253,
  input_tokens: 132,
  output_tokens: 121,
  input_token_details: {
    text_tokens: 119,
    audio_tokens: 13,
    image_tokens: 0,
    cached_tokens: 64,
    cached_tokens_details: { text_tokens: 64, audio_tokens: 0, image_tokens: 0 },
  },
  output_token_details: { text_tokens: 30, audio_tokens: 91 },
};

const session = (model: string): Json => ({
  type: 'realtime',
  object: 'realtime.session',
  id: 'sess_1',
  model,
  output_modalities: ['audio'],
  instructions: '',
  tools: [],
  tool_choice: 'auto',
  max_output_tokens: 'inf',
});

/**
 * Speaks the realtime protocol on a socket: `session.created` at once, a whole response for each `response.create`.
 * Instructions of a `response.create` choose what happens: `fail`, `error`, `close` (the server leaves in the middle) or `tool`.
 * https://platform.openai.com/docs/api-reference/realtime-server-events
 */
export function speakRealtime(socket: WebSocket, model: string): void {
  let sent = 0;
  const send = (type: string, rest: Json): void =>
    socket.send(JSON.stringify({ type, event_id: `event_${++sent}`, ...rest }));
  send('session.created', { session: session(model) });
  socket.on('message', (data) => {
    const event = JSON.parse(String(data)) as Json;
    if (event.type === 'session.update')
      send('session.updated', { session: { ...session(model), ...(event.session as Json) } });
    else if (event.type === 'conversation.item.create') {
      const item = { id: 'item_0', object: 'realtime.item', status: 'completed', ...(event.item as Json) };
      send('conversation.item.added', { previous_item_id: null, item });
      send('conversation.item.done', { previous_item_id: null, item });
    } else if (event.type === 'response.create')
      respond(socket, send, (event.response as Json | undefined)?.instructions);
    else if (event.type === 'response.cancel') {
      send('error', realtimeError('response_cancel_not_active', 'Cancellation failed: no active response found'));
    } else send('error', realtimeError('invalid_value', `Invalid value: '${String(event.type)}'.`));
  });
}

const realtimeError = (code: string, message: string): Json => ({
  error: { type: 'invalid_request_error', code, message, param: 'type', event_id: null },
});

function respond(socket: WebSocket, send: (type: string, rest: Json) => void, instructions: unknown): void {
  const response = (status: string, rest: Json): Json => ({
    object: 'realtime.response',
    id: 'resp_1',
    status,
    status_details: null,
    output: [],
    conversation_id: 'conv_1',
    output_modalities: ['audio'],
    max_output_tokens: 'inf',
    usage: null,
    metadata: null,
    ...rest,
  });
  if (instructions === 'error') {
    send('error', realtimeError('conversation_already_has_active_response', 'Already active.'));
    return;
  }
  send('response.created', { response: response('in_progress', {}) });
  if (instructions === 'close') {
    socket.close(1011, 'keepalive ping timeout');
    return;
  }
  if (instructions === 'fail') {
    const details = { type: 'failed', error: { type: 'server_error', code: 'rate_limit_exceeded' } };
    send('response.done', { response: response('failed', { status_details: details }) });
    return;
  }
  const at = { response_id: 'resp_1', item_id: 'item_1', output_index: 0 };
  if (instructions === 'tool') {
    const item = {
      id: 'item_1',
      object: 'realtime.item',
      type: 'function_call',
      call_id: 'call_a',
      name: 'get_weather',
    };
    send('response.output_item.added', { ...at, item: { ...item, status: 'in_progress', arguments: '' } });
    send('response.function_call_arguments.delta', { ...at, call_id: 'call_a', delta: '{"city":"Paris"}' });
    send('response.function_call_arguments.done', {
      ...at,
      call_id: 'call_a',
      name: 'get_weather',
      arguments: '{"city":"Paris"}',
    });
    const done = { ...item, status: 'completed', arguments: '{"city":"Paris"}' };
    send('response.output_item.done', { ...at, item: done });
    send('response.done', { response: response('completed', { output: [done], usage }) });
    return;
  }
  const part = { ...at, content_index: 0 };
  const item = { id: 'item_1', object: 'realtime.item', type: 'message', role: 'assistant' };
  send('response.output_item.added', { ...at, item: { ...item, status: 'in_progress', content: [] } });
  send('response.content_part.added', { ...part, part: { type: 'audio', transcript: '' } });
  send('response.output_audio_transcript.delta', { ...part, delta: 'Hel' });
  send('response.output_audio.delta', { ...part, delta: 'UklGRg==' });
  send('response.output_audio_transcript.delta', { ...part, delta: 'lo.' });
  send('response.output_audio.done', part);
  send('response.output_audio_transcript.done', { ...part, transcript: 'Hello.' });
  send('response.content_part.done', { ...part, part: { type: 'audio', transcript: 'Hello.' } });
  const done = { ...item, status: 'completed', content: [{ type: 'output_audio', transcript: 'Hello.' }] };
  send('response.output_item.done', { ...at, item: done });
  send('response.done', { response: response('completed', { output: [done], usage }) });
}

import { type Call, CREATED, DAY, type Json, list, sendJson, text } from './call.ts';

const models: Json[] = ['gpt-4o-mini', 'gpt-4o', 'text-embedding-3-small'].map((id) => ({
  id,
  object: 'model',
  created: CREATED,
  owned_by: 'system',
}));

/** `/models`. https://platform.openai.com/docs/api-reference/models */
export async function modelsEndpoint(call: Call): Promise<void> {
  const id = call.path.split('/')[2];
  if (id === undefined) return sendJson(call, { object: 'list', data: models });
  sendJson(call, { ...models[0], id });
}

function batch(id: string, status: string, body: Json = {}): Json {
  const done = status === 'completed';
  return {
    id,
    object: 'batch',
    endpoint: text(body.endpoint, '/v1/chat/completions'),
    errors: null,
    input_file_id: text(body.input_file_id, 'file-input'),
    completion_window: '24h',
    status,
    output_file_id: done ? 'file-output' : null,
    error_file_id: null,
    created_at: CREATED,
    in_progress_at: done ? CREATED + 60 : null,
    expires_at: CREATED + DAY,
    finalizing_at: done ? CREATED + 3000 : null,
    completed_at: done ? CREATED + 3600 : null,
    failed_at: null,
    expired_at: null,
    cancelling_at: status === 'cancelling' ? CREATED + 120 : null,
    cancelled_at: null,
    request_counts: { total: 100, completed: done ? 95 : 0, failed: done ? 5 : 0 },
    metadata: body.metadata ?? null,
    ...(done
      ? {
          model: 'gpt-4o-mini-2024-07-18',
          usage: {
            input_tokens: 1900,
            input_tokens_details: { cached_tokens: 300 },
            output_tokens: 1000,
            output_tokens_details: { reasoning_tokens: 100 },
            total_tokens: 2900,
          },
        }
      : {}),
  };
}

/** `/batches`. https://platform.openai.com/docs/api-reference/batch */
export async function batches(call: Call): Promise<void> {
  const [, , id, action] = call.path.split('/');
  if (id !== undefined) return sendJson(call, batch(id, action === 'cancel' ? 'cancelling' : 'completed'));
  if (call.request.method === 'POST') return sendJson(call, batch('batch_1', 'validating', call.body));
  const after = call.query.get('after');
  const page = after === null ? ['batch_1', 'batch_2'] : ['batch_3'];
  sendJson(
    call,
    list(
      page.map((one) => batch(one, 'completed')),
      after === null,
    ),
  );
}

const file = (id: string, purpose = 'batch'): Json => ({
  id,
  object: 'file',
  bytes: 175,
  created_at: CREATED,
  filename: 'input.jsonl',
  purpose,
  status: 'processed',
});

/** `/files`. https://platform.openai.com/docs/api-reference/files */
export async function files(call: Call): Promise<void> {
  const [, , id, action] = call.path.split('/');
  if (action === 'content') {
    call.response.writeHead(200, { 'content-type': 'application/octet-stream' });
    call.response.end('{"custom_id":"a","response":{"status_code":200}}\n');
    return;
  }
  if (call.request.method === 'DELETE') return sendJson(call, { id, object: 'file', deleted: true });
  if (call.request.method === 'POST') return sendJson(call, file('file-input', text(call.body.purpose, 'batch')));
  sendJson(call, id === undefined ? list([file('file-input')]) : file(id));
}

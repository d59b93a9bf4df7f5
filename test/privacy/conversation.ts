import type { OpenAI } from 'openai';
import type { Harness } from '../../packages/instrumentation-openai/test/support/harness.ts';
import { drain } from '../../packages/instrumentation-openai/test/support/harness.ts';
import { API_KEY, encoded, secret } from './planted.ts';

const json = (body: unknown, status = 200) => ({ body: JSON.stringify(body), type: 'application/json', status });
const events = (chunks: unknown[]) => ({
  body: [...chunks.map((chunk) => JSON.stringify(chunk)), '[DONE]'].map((data) => `data: ${data}\n\n`).join(''),
  type: 'text/event-stream',
  status: 200,
});

const call = {
  id: 'call_a',
  type: 'function',
  function: { name: 'lookup', arguments: `{"q":"${secret('answer-arguments')}"}` },
};

/** What the model says, with a secret in each field. */
const answers: Record<string, () => { body: string; type: string; status: number }> = {
  'planted-chat': () =>
    json({
      id: 'chatcmpl-1',
      model: 'gpt-4o-mini',
      choices: [
        {
          index: 0,
          finish_reason: 'stop',
          message: {
            role: 'assistant',
            content: secret('answer-content'),
            refusal: secret('answer-refusal'),
            reasoning_content: secret('answer-reasoning'),
            audio: { id: 'audio_1', data: encoded('answer-audio'), transcript: secret('answer-transcript') },
            tool_calls: [call],
          },
        },
      ],
      invented: secret('answer-unknown-field'),
    }),
  'planted-chat-stream': () =>
    events(
      [
        { role: 'assistant', content: secret('answer-content') },
        { refusal: secret('answer-refusal') },
        { reasoning_content: secret('answer-reasoning') },
        { tool_calls: [{ index: 0, ...call }] },
      ].map((delta) => ({
        id: 'chatcmpl-1',
        model: 'gpt-4o-mini',
        choices: [{ index: 0, delta, finish_reason: null }],
      })),
    ),
  'planted-response': () => json(response('completed')),
  'planted-response-stream': () =>
    events([
      { type: 'response.created', response: { ...response('in_progress'), output: [] } },
      { type: 'response.output_text.delta', delta: secret('answer-content'), item_id: 'msg_1', output_index: 0 },
      { type: 'response.completed', response: response('completed') },
    ]),
  'planted-failure': () =>
    json({ ...response('failed'), output: [], error: { code: 'server_error', message: secret('error-of-response') } }),
  'planted-error': () =>
    json(
      {
        error: { message: `${secret('error-message')} ${API_KEY}`, type: 'server_error', param: secret('error-param') },
      },
      400,
    ),
  'planted-stream-error': () =>
    events([
      {
        id: 'chatcmpl-1',
        model: 'gpt-4o-mini',
        choices: [{ index: 0, delta: { content: 'Hm' }, finish_reason: null }],
      },
      { error: { message: secret('error-in-stream'), type: 'server_error' } },
    ]),
  'planted-image': () =>
    json({
      created: 1,
      output_format: 'png',
      data: [{ b64_json: encoded('generated-image'), revised_prompt: secret('revised-prompt') }],
    }),
  'planted-transcript': () => json({ text: secret('transcript') }),
};

const response = (status: string) => ({
  id: 'resp_1',
  object: 'response',
  model: 'gpt-4o-mini',
  status,
  instructions: secret('echoed-instructions'),
  metadata: { note: secret('echoed-metadata') },
  user: secret('echoed-user'),
  output: [
    { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: secret('answer-reasoning') }] },
    { type: 'function_call', call_id: 'call_0', name: 'lookup', arguments: `{"q":"${secret('answer-arguments')}"}` },
    {
      type: 'mcp_call',
      id: 'mcp_1',
      name: 'lookup',
      server_label: 'docs',
      arguments: '{}',
      output: secret('mcp-output'),
      error: null,
    },
    { type: 'image_generation_call', id: 'ig_1', status: 'completed', result: encoded('answer-image') },
    { type: 'time_machine_call', id: 'tm_1', destination: secret('unknown-item') },
    {
      type: 'message',
      id: 'msg_1',
      role: 'assistant',
      content: [
        { type: 'output_text', text: secret('answer-content'), annotations: [] },
        { type: 'refusal', refusal: secret('answer-refusal') },
        { type: 'hologram', shape: secret('unknown-part') },
      ],
    },
  ],
});

export function plant(harness: Harness): void {
  for (const [name, answer] of Object.entries(answers)) {
    harness.server.handle(name, (_request, response) => {
      const { body, type, status } = answer();
      response.writeHead(status, { 'content-type': type, 'x-note': secret('response-header') });
      response.end(body);
    });
  }
}

const messages = [
  { role: 'system', content: secret('system') },
  {
    role: 'user',
    content: [
      { type: 'text', text: secret('user-text') },
      { type: 'image_url', image_url: { url: `data:image/png;base64,${encoded('image-url')}` } },
      { type: 'image_url', image_url: { url: `https://images.example/${secret('image-address')}.png` } },
      { type: 'input_audio', input_audio: { data: encoded('input-audio'), format: 'wav' } },
      { type: 'file', file: { file_data: `data:application/pdf;base64,${encoded('input-file')}`, filename: 'a.pdf' } },
    ],
  },
  {
    role: 'assistant',
    tool_calls: [
      {
        id: 'call_0',
        type: 'function',
        function: { name: 'lookup', arguments: `{"q":"${secret('sent-arguments')}"}` },
      },
    ],
  },
  { role: 'tool', tool_call_id: 'call_0', content: secret('tool-result') },
];

const chat = {
  model: 'gpt-4o-mini',
  messages,
  tools: [
    {
      type: 'function',
      function: {
        name: 'lookup',
        description: secret('tool-description'),
        parameters: {
          type: 'object',
          properties: { q: { type: 'string', description: secret('parameter-description') } },
        },
      },
    },
  ],
  user: secret('user-id'),
  safety_identifier: secret('safety-identifier'),
  prompt_cache_key: secret('cache-key'),
  metadata: { note: secret('metadata') },
  prediction: { type: 'content', content: secret('prediction') },
  response_format: { type: 'json_schema', json_schema: { name: 'a', schema: { description: secret('schema') } } },
};

const body = {
  model: 'gpt-4o-mini',
  instructions: secret('system'),
  input: [
    {
      role: 'user',
      content: [
        { type: 'input_text', text: secret('user-text') },
        { type: 'input_image', image_url: `data:image/png;base64,${encoded('response-image')}` },
        { type: 'input_file', file_data: encoded('input-file-plain'), filename: 'a.pdf' },
      ],
    },
    { type: 'function_call', call_id: 'call_0', name: 'lookup', arguments: `{"q":"${secret('sent-arguments')}"}` },
    { type: 'function_call_output', call_id: 'call_0', output: secret('tool-result') },
  ],
  tools: [
    { type: 'function', name: 'lookup', description: secret('tool-description'), parameters: {}, strict: false },
    {
      type: 'mcp',
      server_label: 'docs',
      server_url: 'https://mcp.example',
      headers: { authorization: secret('mcp-header') },
    },
  ],
  user: secret('user-id'),
  metadata: { note: secret('metadata') },
};

const file = () => new File([secret('file-bytes')], 'sound.mp3');

/** Every kind of call, each with secrets in whatever may hold one. What fails is meant to. */
export async function converse(harness: Harness): Promise<void> {
  const client = (scenario: string): OpenAI =>
    harness.client({
      scenario,
      apiKey: API_KEY,
      maxRetries: 0,
      organization: secret('organization'),
      defaultHeaders: { 'x-note': secret('request-header') },
      defaultQuery: { note: secret('query') },
    });
  const attempt = async (promise: PromiseLike<unknown>) => {
    try {
      const result = await promise;
      if (typeof result === 'object' && result !== null && Symbol.asyncIterator in result) {
        await drain(result as AsyncIterable<unknown>);
      }
    } catch {
      // The application's errors are the application's.
    }
  };
  const completions = (scenario: string) => client(scenario).chat.completions;
  await attempt(completions('planted-chat').create(chat as never));
  const plain = { type: 'file', file: { file_data: encoded('input-file-plain'), filename: 'b.pdf' } };
  await attempt(
    completions('planted-chat').create({ ...chat, messages: [{ role: 'user', content: [plain] }] } as never),
  );
  await attempt(completions('planted-chat-stream').create({ ...chat, stream: true } as never));
  await attempt(client('planted-response').responses.create(body as never));
  await attempt(client('planted-response-stream').responses.create({ ...body, stream: true } as never));
  await attempt(client('planted-failure').responses.create(body as never));
  for (const scenario of ['planted-error', 'planted-stream-error', 'quotes-prompt-and-key', '401']) {
    await attempt(completions(scenario).create({ ...chat, stream: true } as never));
  }
  await attempt(client('').completions.create({ model: 'm', prompt: secret('prompt'), user: secret('user-id') }));
  await attempt(client('').embeddings.create({ model: 'm', input: secret('embedded'), user: secret('user-id') }));
  await attempt(
    client('planted-image').images.generate({ model: 'm', prompt: secret('prompt'), user: secret('user-id') }),
  );
  await attempt(
    client('').audio.speech.create({
      model: 'm',
      voice: 'alloy',
      input: secret('speech'),
      instructions: secret('system'),
    }),
  );
  await attempt(
    client('planted-transcript').audio.transcriptions.create({ model: 'm', file: file(), prompt: secret('prompt') }),
  );
  await attempt(client('').moderations.create({ model: 'm', input: secret('moderated') }));
  await attempt(
    client('').beta.threads.createAndRun({
      assistant_id: 'asst_1',
      instructions: secret('system'),
      thread: { messages: [{ role: 'user', content: secret('user-text') }] },
      metadata: { note: secret('metadata') },
    }),
  );
  await attempt(
    client('').batches.create({
      endpoint: '/v1/responses',
      input_file_id: 'file-1',
      completion_window: '24h',
      metadata: { note: secret('metadata') },
    }),
  );

  for (const outcome of ['result', 'error'] as const) {
    const lookup = {
      type: 'function',
      function: {
        name: 'lookup',
        parse: () => ({ q: secret('run-arguments') }),
        parameters: {},
        function: () => {
          if (outcome === 'error') throw new Error(secret('tool-error'));
          return secret('run-result');
        },
      },
    };
    const runner = completions('tool-calls').runTools({
      model: 'm',
      messages: [{ role: 'user', content: 'Hi' }],
      tools: [lookup],
    } as never);
    await attempt(runner.finalContent());
  }

  const failing = harness.client({
    apiKey: API_KEY,
    maxRetries: 0,
    fetch: () => {
      throw Object.assign(new Error(`${secret('error-of-fetch')}\n    at ${secret('error-line')} (a.js:1:1)`), {
        cause: new Error(secret('error-cause')),
      });
    },
  });
  await attempt(failing.chat.completions.create(chat as never));
}

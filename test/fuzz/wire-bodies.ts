const usage = {
  prompt_tokens: 10,
  completion_tokens: 5,
  total_tokens: 15,
  prompt_tokens_details: { cached_tokens: 4, audio_tokens: 2 },
  completion_tokens_details: { reasoning_tokens: 1, audio_tokens: 1 },
};
const toolCall = { id: 'call_1', type: 'function', index: 0, function: { name: 'look', arguments: '{"a":1}' } };

/** Bodies as the API reference has them, one for each surface. */
export const bodies = {
  chat: {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-4o-mini',
    service_tier: 'default',
    system_fingerprint: 'fp',
    choices: [
      {
        index: 0,
        finish_reason: 'stop',
        message: {
          role: 'assistant',
          content: 'hi',
          refusal: null,
          tool_calls: [toolCall, { id: 'call_2', type: 'custom', custom: { name: 'c', input: 'x' } }],
          audio: { id: 'a', data: 'UklGRg==', transcript: 't' },
          reasoning_content: 'hm',
          function_call: { name: 'f', arguments: '{' },
        },
      },
    ],
    usage,
  },
  response: {
    id: 'resp_1',
    object: 'response',
    model: 'gpt-4o-mini',
    status: 'completed',
    service_tier: 'default',
    conversation: { id: 'conv_1' },
    error: { code: 'server_error', message: 'm' },
    incomplete_details: { reason: 'max_output_tokens' },
    output: [
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 's' }], content: [{ text: 'c' }] },
      {
        type: 'message',
        id: 'msg_1',
        role: 'assistant',
        content: [{ type: 'output_text', text: 'hi', annotations: [] }],
      },
      { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'look', arguments: '{"a":1}' },
      { type: 'mcp_call', id: 'mcp_1', name: 'n', server_label: 'l', arguments: '{}', output: 'o', error: null },
      { type: 'image_generation_call', id: 'ig_1', result: 'iVBORw0KGgo=', revised_prompt: 'p' },
      { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { query: 'q' } },
    ],
    usage: {
      input_tokens: 10,
      output_tokens: 5,
      total_tokens: 15,
      input_tokens_details: { cached_tokens: 4 },
      output_tokens_details: { reasoning_tokens: 1 },
    },
  },
  embedding: {
    object: 'list',
    model: 'text-embedding-3-small',
    data: [{ object: 'embedding', index: 0, embedding: [0.1, 0.2] }],
    usage: { prompt_tokens: 3, total_tokens: 3 },
  },
  completion: {
    id: 'cmpl-1',
    object: 'text_completion',
    model: 'gpt-3.5-turbo-instruct',
    choices: [{ index: 0, text: 'hi', finish_reason: 'length', logprobs: null }],
    usage,
  },
  image: {
    created: 1,
    output_format: 'png',
    data: [{ b64_json: 'iVBORw0KGgo=' }, { url: 'https://example.com/a.png' }],
    usage: { input_tokens: 3, output_tokens: 9, input_tokens_details: { text_tokens: 3, image_tokens: 0 } },
  },
  moderation: { id: 'modr-1', model: 'omni-moderation-latest', results: [{ flagged: false }] },
  batch: {
    id: 'batch_1',
    status: 'completed',
    endpoint: '/v1/chat/completions',
    request_counts: { total: 1, completed: 1, failed: 0 },
  },
  run: {
    id: 'run_1',
    object: 'thread.run',
    thread_id: 'thread_1',
    assistant_id: 'asst_1',
    model: 'gpt-4o',
    status: 'completed',
    last_error: { code: 'rate_limit_exceeded', message: 'm' },
    incomplete_details: { reason: 'max_completion_tokens' },
    usage,
  },
  transcription: {
    text: 'hello',
    usage: { input_tokens: 3, output_tokens: 1, input_token_details: { audio_tokens: 3 } },
  },
} as const;

/** One item of a stream each, as the API reference has them. */
export const chunks = {
  chat: [
    {
      id: 'chatcmpl-1',
      model: 'gpt-4o-mini',
      choices: [{ index: 0, delta: { role: 'assistant', content: 'hi', refusal: 'r' }, finish_reason: null }],
    },
    { id: 'chatcmpl-1', choices: [{ index: 1, delta: { tool_calls: [toolCall] }, finish_reason: 'tool_calls' }] },
    { id: 'chatcmpl-1', model: 'gpt-4o-mini', service_tier: 'default', choices: [], usage, x_groq: { usage } },
  ],
  response: [
    { type: 'response.created', sequence_number: 0, response: bodies.response },
    { type: 'response.output_text.delta', sequence_number: 1, item_id: 'msg_1', output_index: 0, delta: 'hi' },
    { type: 'response.output_item.done', sequence_number: 2, output_index: 0, item: bodies.response.output[1] },
    { type: 'response.completed', sequence_number: 3, response: bodies.response },
    { type: 'response.failed', sequence_number: 3, response: bodies.response },
  ],
  completion: [bodies.completion],
  image: [
    { type: 'image_generation.completed', b64_json: 'iVBORw0KGgo=', output_format: 'png', usage: bodies.image.usage },
  ],
  run: [{ event: 'thread.run.completed', data: bodies.run }],
  transcription: [
    { type: 'transcript.text.delta', delta: 'he' },
    { type: 'transcript.text.done', text: 'hello', usage: bodies.transcription.usage },
  ],
  speech: [{ type: 'speech.audio.done', usage: bodies.transcription.usage }],
} as const;

/** Request bodies as the API reference has them. */
export const requests = {
  chat: {
    model: 'gpt-4o-mini',
    temperature: 0,
    n: 2,
    stop: ['a', 'b'],
    user: 'u',
    stream_options: { include_usage: true },
    response_format: { type: 'json_schema', json_schema: { name: 'n', schema: {} } },
    modalities: ['text', 'audio'],
    messages: [
      { role: 'system', content: 'be kind', name: 'n' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'hi' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
          { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } },
          { type: 'file', file: { file_id: 'file_1', file_data: 'data:application/pdf;base64,JVBERi0=' } },
        ],
      },
      { role: 'assistant', content: null, tool_calls: [toolCall], function_call: { name: 'f', arguments: '{}' } },
      { role: 'tool', tool_call_id: 'call_1', content: '5' },
    ],
    tools: [{ type: 'function', function: { name: 'look', description: 'd', parameters: { type: 'object' } } }],
    functions: [{ name: 'f', parameters: {} }],
  },
  response: {
    model: 'gpt-4o-mini',
    instructions: 'be kind',
    background: true,
    prompt: { id: 'p', version: '1' },
    conversation: { id: 'conv_1' },
    reasoning: { effort: 'low' },
    text: { format: { type: 'json_object' } },
    input: [
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'hi' },
          { type: 'input_image', image_url: 'https://a.b/c.png' },
        ],
      },
      { type: 'function_call_output', call_id: 'call_1', output: [{ type: 'input_text', text: '5' }] },
      ...bodies.response.output,
    ],
    tools: [
      { type: 'function', name: 'look', parameters: {} },
      { type: 'web_search' },
      { type: 'mcp', server_label: 'l' },
    ],
  },
  other: {
    model: 'm',
    input: ['a', { type: 'image_url', image_url: { url: 'https://a.b/c.png' } }],
    prompt: ['p'],
    instructions: 'i',
    dimensions: 3,
    encoding_format: 'float',
    thread_id: 'thread_1',
    assistant_id: 'asst_1',
    thread: { messages: [{ role: 'user', content: 'hi' }] },
    additional_messages: [{ role: 'user', content: 'hi' }],
    tools: [{ type: 'file_search' }],
    id: 'x',
    stream: true,
    starting_after: 5,
  },
} as const;

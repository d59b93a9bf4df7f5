import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chat, drain, type Harness, messages, startHarness } from './support/harness.ts';
import { content, only, parts } from './support/recorded.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await startHarness();
});
beforeEach(() => harness.configure({ captureContent: 'SPAN_AND_EVENT' }));
afterAll(() => harness.close());

const answer = 'The weather in Paris is mild: 21 °C ☀️.';
const span = async () => only((await harness.collectSpans(1)).spans);
const output = 'gen_ai.output.messages';

describe('chat completions', () => {
  it('are captured with instructions, history and tools, on the span and as an event', async () => {
    const tools = [
      {
        type: 'function' as const,
        function: { name: 'get_weather', description: 'Weather', parameters: { type: 'object' } },
      },
      { type: 'custom' as const, custom: { name: 'sql', description: 'Runs SQL' } },
    ];
    await harness.client().chat.completions.create({
      model: 'gpt-4o-mini',
      tools,
      messages: [
        { role: 'developer', content: 'Be brief.' },
        {
          role: 'user',
          name: 'Ada',
          content: [
            { type: 'text', text: 'Look' },
            { type: 'image_url', image_url: { url: 'https://images.example/fox.png' } },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,aGVsbG8=' } },
            { type: 'input_audio', input_audio: { data: 'aGVsbG8=', format: 'wav' } },
            { type: 'file', file: { file_id: 'file-1' } },
          ],
        },
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'call_a', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'call_a', content: '21' },
        { role: 'assistant', content: null, refusal: 'No.' },
      ],
    });
    const recorded = await harness.collectSpans(1);
    const expectedInput = [
      { role: 'developer', parts: [{ type: 'text', content: 'Be brief.' }] },
      {
        role: 'user',
        name: 'Ada',
        parts: [
          { type: 'text', content: 'Look' },
          { type: 'uri', modality: 'image', uri: 'https://images.example/fox.png' },
          expect.objectContaining({ type: 'blob', modality: 'image', mime_type: 'image/png', size: 5 }),
          expect.objectContaining({ type: 'blob', modality: 'audio', mime_type: 'audio/wav', size: 5 }),
          { type: 'file', modality: 'document', file_id: 'file-1' },
        ],
      },
      {
        role: 'assistant',
        parts: [{ type: 'tool_call', id: 'call_a', name: 'get_weather', arguments: { city: 'Paris' } }],
      },
      { role: 'tool', parts: [{ type: 'tool_call_response', id: 'call_a', response: '21' }] },
      { role: 'assistant', parts: [{ type: 'refusal', content: 'No.' }] },
    ];
    const expectedOutput = [{ role: 'assistant', parts: [{ type: 'text', content: answer }], finish_reason: 'stop' }];
    const expectedTools = [
      { type: 'function', name: 'get_weather', description: 'Weather', parameters: { type: 'object' } },
      { type: 'custom', name: 'sql', description: 'Runs SQL' },
    ];
    const recordedSpan = only(recorded.spans);
    expect(content(recordedSpan, 'gen_ai.input.messages')).toEqual(expectedInput);
    expect(content(recordedSpan, output)).toEqual(expectedOutput);
    expect(content(recordedSpan, 'gen_ai.tool.definitions')).toEqual(expectedTools);

    const [event, ...others] = recorded.logs;
    expect(others).toEqual([]);
    expect(event?.eventName).toBe('gen_ai.client.inference.operation.details');
    expect(event?.spanContext?.spanId).toBe(recordedSpan.spanContext().spanId);
    expect(event?.attributes['gen_ai.input.messages']).toEqual(expectedInput);
    expect(event?.attributes[output]).toEqual(expectedOutput);
    expect(event?.attributes['gen_ai.tool.definitions']).toEqual(expectedTools);
    expect(event?.attributes['gen_ai.usage.input_tokens']).toBe(19);
  });

  it('go to spans alone or to events alone as asked', async () => {
    await harness.configure({ captureContent: 'SPAN_ONLY' });
    await harness.client().chat.completions.create(chat);
    const onSpan = await harness.collectSpans(1);
    expect(parts(only(onSpan.spans))).toEqual([{ type: 'text', content: answer }]);
    expect(onSpan.logs).toEqual([]);

    await harness.configure({ captureContent: 'EVENT_ONLY' });
    await harness.client().chat.completions.create(chat);
    const asEvent = await harness.collectSpans(1);
    expect(only(asEvent.spans).attributes).not.toHaveProperty(output);
    expect(asEvent.logs[0]?.attributes[output]).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content: answer }], finish_reason: 'stop' },
    ]);
  });

  it('are recorded as they were sent, whatever the application does to its messages afterwards', async () => {
    const mine = [{ role: 'user' as const, content: 'before' }];
    const promise = harness.client().chat.completions.create({ model: 'gpt-4o-mini', messages: mine });
    mine[0] = { role: 'user', content: 'after' };
    await promise;
    expect(parts(await span(), 'gen_ai.input.messages')).toEqual([{ type: 'text', content: 'before' }]);
  });

  const toolCalls = [
    { type: 'tool_call', id: 'call_a', name: 'get_weather', arguments: { city: 'Paris' } },
    { type: 'tool_call', id: 'call_b', name: 'get_time', arguments: { zone: 'Europe/Paris' } },
  ];

  it.each([
    { scenario: 'tool-calls', reason: 'tool_calls', word: 'tool_call', said: toolCalls.slice(0, 1) },
    { scenario: 'parallel-tool-calls', reason: 'tool_calls', word: 'tool_call', said: toolCalls },
    {
      scenario: 'refusal',
      reason: 'stop',
      word: 'stop',
      said: [{ type: 'refusal', content: "I'm sorry, I cannot help with that." }],
    },
    { scenario: 'length', reason: 'length', word: 'length', said: [{ type: 'text', content: 'The weather in Paris' }] },
    { scenario: 'content-filter', reason: 'content_filter', word: 'content_filter', said: undefined },
    {
      scenario: 'malformed-tool-arguments',
      reason: 'tool_calls',
      word: 'tool_call',
      said: [{ type: 'tool_call', id: 'call_a', name: 'get_weather', arguments: '{"city":' }],
    },
    { scenario: 'crlf, comments, split-utf8', reason: 'stop', word: 'stop', said: [{ type: 'text', content: answer }] },
    { scenario: 'duplicated-role', reason: 'stop', word: 'stop', said: [{ type: 'text', content: answer }] },
    { scenario: 'unknown-fields', reason: 'stop', word: 'stop', said: [{ type: 'text', content: answer }] },
  ])('say the same whole and streamed: $scenario', async ({ scenario, reason, word, said }) => {
    const client = harness.client({ scenario });
    await client.chat.completions.create(chat);
    const whole = await span();
    await harness.configure({ captureContent: 'SPAN_AND_EVENT' });
    await drain(await client.chat.completions.create({ ...chat, stream: true }));
    const streamed = await span();
    for (const one of [whole, streamed]) {
      expect(one.attributes['gen_ai.response.finish_reasons']).toEqual([reason]);
      const [message] = content(one, output) as { role: string; parts: unknown[]; finish_reason: string }[];
      expect(message?.role).toBe('assistant');
      expect(message?.finish_reason).toBe(word);
      if (said) expect(message?.parts).toEqual(said);
    }
  });

  it('keep their choices apart and in order when these come interleaved', async () => {
    await drain(await harness.client().chat.completions.create({ ...chat, n: 3, stream: true }));
    const recorded = await span();
    expect(recorded.attributes['gen_ai.request.choice.count']).toBe(3);
    expect(recorded.attributes['gen_ai.response.finish_reasons']).toEqual(['stop', 'stop', 'stop']);
    expect(parts(recorded)).toEqual([
      { type: 'text', content: answer },
      { type: 'text', content: 'Choice 1: sunny.' },
      { type: 'text', content: 'Choice 2: sunny.' },
    ]);
  });

  const chunksOf = (deltas: unknown[], reason = 'stop') =>
    [
      ...deltas.map((delta) => ({ index: 0, delta, finish_reason: null })),
      { index: 0, delta: {}, finish_reason: reason },
    ].map((choice) => ({ id: 'chatcmpl-1', model: 'm', object: 'chat.completion.chunk', choices: [choice] }));

  const answerWith = (chunks: unknown[]) =>
    harness.server.handle('own', (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const chunk of chunks) response.write(`data: ${JSON.stringify(chunk)}\n\n`);
      response.end('data: [DONE]\n\n');
    });

  it('put the pieces of a legacy function call together', async () => {
    answerWith(
      chunksOf(
        [
          { role: 'assistant', content: null, function_call: { name: 'get_weather', arguments: '' } },
          { function_call: { arguments: '{"city":' } },
          { function_call: { arguments: '"Paris"}' } },
        ],
        'function_call',
      ),
    );
    await drain(await harness.client({ scenario: 'own' }).chat.completions.create({ ...chat, stream: true }));
    expect(parts(await span())).toEqual([{ type: 'tool_call', name: 'get_weather', arguments: { city: 'Paris' } }]);
  });

  it('put spoken answers together from their pieces', async () => {
    answerWith(
      chunksOf([
        { role: 'assistant', audio: { id: 'audio_1', transcript: 'Good' } },
        { audio: { data: 'aGVs' } },
        { audio: { transcript: ' morning' } },
        { audio: { data: 'bG8h' } },
      ]),
    );
    await drain(await harness.client({ scenario: 'own' }).chat.completions.create({ ...chat, stream: true }));
    expect(parts(await span())).toEqual([
      expect.objectContaining({ type: 'blob', modality: 'audio', transcript: 'Good morning', size: 6 }),
    ]);
  });

  it('keep the reasoning that other providers send, whole or in pieces', async () => {
    answerWith(
      chunksOf([
        { role: 'assistant', reasoning_content: 'Let me ' },
        { reasoning_content: 'think.' },
        { content: 'Hi' },
      ]),
    );
    await drain(await harness.client({ scenario: 'own' }).chat.completions.create({ ...chat, stream: true }));
    expect(parts(await span())).toEqual([
      { type: 'reasoning', content: 'Let me think.' },
      { type: 'text', content: 'Hi' },
    ]);
  });

  it('pass parts of unknown types through', async () => {
    await harness.client().chat.completions.create({
      ...chat,
      messages: [{ role: 'user', content: [{ type: 'hologram', shape: [1, 2] } as never] }],
    });
    expect(parts(await span(), 'gen_ai.input.messages')).toEqual([{ type: 'hologram', shape: [1, 2] }]);
  });
});

describe('responses', () => {
  const text = { type: 'text', content: answer };
  const items: Record<string, unknown[]> = {
    'tool-calls': [{ type: 'tool_call', id: 'call_0', name: 'get_weather', arguments: { city: 'Paris' } }],
    'parallel-tool-calls': [
      { type: 'tool_call', id: 'call_0', name: 'get_weather', arguments: { city: 'Paris' } },
      { type: 'tool_call', id: 'call_1', name: 'get_time', arguments: { zone: 'Europe/Paris' } },
    ],
    'custom-tool': [{ type: 'tool_call', id: 'call_0', name: 'sql', arguments: 'SELECT 1' }],
    refusal: [{ type: 'refusal', content: "I'm sorry, I cannot help with that." }],
    reasoning: [{ type: 'reasoning', content: 'The user asks for the weather.' }, text],
    'web-search': [
      {
        type: 'server_tool_call',
        id: 'ws_1',
        name: 'web_search',
        server_tool_call: {
          type: 'web_search_call',
          status: 'completed',
          action: { type: 'search', query: 'weather Paris', sources: [] },
        },
      },
      text,
    ],
    'file-search': [expect.objectContaining({ type: 'server_tool_call', id: 'fs_1', name: 'file_search' }), text],
    'code-interpreter': [
      expect.objectContaining({ type: 'server_tool_call', id: 'ci_1', name: 'code_interpreter' }),
      text,
    ],
    mcp: [
      expect.objectContaining({ type: 'mcp_list_tools', server_label: 'docs' }),
      {
        type: 'server_tool_call',
        id: 'mcp_1',
        name: 'search_docs',
        server_tool_call: { type: 'mcp_call', server_label: 'docs', arguments: { query: 'retries' } },
      },
      {
        type: 'server_tool_call_response',
        id: 'mcp_1',
        server_tool_call_response: { type: 'mcp_call', output: 'Set maxRetries.', error: null },
      },
      text,
    ],
    'mcp-failed': [
      expect.objectContaining({ type: 'server_tool_call', id: 'mcp_1', name: 'search_docs' }),
      {
        type: 'server_tool_call_response',
        id: 'mcp_1',
        server_tool_call_response: {
          type: 'mcp_call',
          output: null,
          error: { type: 'http_error', code: 503, message: 'Service unavailable' },
        },
      },
      text,
    ],
    'image-generation': [
      expect.objectContaining({ type: 'server_tool_call', id: 'ig_1', name: 'image_generation' }),
      expect.objectContaining({ type: 'blob', modality: 'image' }),
      text,
    ],
    'unknown-item': [
      {
        type: 'server_tool_call',
        id: 'tm_1',
        name: 'time_machine',
        server_tool_call: { type: 'time_machine_call', status: 'completed', destination: { year: 1985 } },
      },
      text,
    ],
    'unknown-content': [{ type: 'hologram', shape: [1, 2] }],
    'keepalive-event, unknown-event': [text],
  };

  it.each(Object.entries(items))('say the same whole and streamed: %s', async (scenario, said) => {
    const client = harness.client({ scenario });
    const body = { model: 'gpt-4o-mini', input: 'What is the weather in Paris?' };
    await client.responses.create(body);
    const whole = await span();
    await harness.configure({ captureContent: 'SPAN_AND_EVENT' });
    await drain(await client.responses.create({ ...body, stream: true }));
    const streamed = await span();
    const isToolCall = ['tool-calls', 'parallel-tool-calls', 'custom-tool'].includes(scenario);
    for (const one of [whole, streamed]) {
      expect(parts(one)).toEqual(said);
      expect(one.attributes['gen_ai.response.finish_reasons']).toEqual([isToolCall ? 'tool_call' : 'stop']);
      expect(one.attributes['genai_otel.response.status']).toBe('completed');
      expect(parts(one, 'gen_ai.input.messages')).toEqual([{ type: 'text', content: 'What is the weather in Paris?' }]);
    }
  });

  it('are captured with instructions, history and hosted tools', async () => {
    await harness.client().responses.create({
      model: 'gpt-4o-mini',
      instructions: 'Be brief.',
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'Look' },
            { type: 'input_image', image_url: 'data:image/png;base64,aGVsbG8=', detail: 'low' },
          ],
        },
        { type: 'function_call', call_id: 'call_0', name: 'get_weather', arguments: '{"city":"Paris"}' },
        { type: 'function_call_output', call_id: 'call_0', output: '21' },
        { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm.' }] },
      ],
      tools: [
        { type: 'function', name: 'get_weather', parameters: { type: 'object' }, strict: true },
        { type: 'web_search' },
        { type: 'mcp', server_label: 'docs', server_url: 'https://mcp.example' },
      ],
    });
    const recorded = await span();
    expect(content(recorded, 'gen_ai.system_instructions')).toEqual([{ type: 'text', content: 'Be brief.' }]);
    expect(content(recorded, 'gen_ai.input.messages')).toEqual([
      {
        role: 'user',
        parts: [
          { type: 'text', content: 'Look' },
          expect.objectContaining({ type: 'blob', modality: 'image', size: 5 }),
        ],
      },
      {
        role: 'assistant',
        parts: [{ type: 'tool_call', id: 'call_0', name: 'get_weather', arguments: { city: 'Paris' } }],
      },
      { role: 'tool', parts: [{ type: 'tool_call_response', id: 'call_0', response: '21' }] },
      { role: 'assistant', parts: [{ type: 'reasoning', content: 'Hm.' }] },
    ]);
    expect(content(recorded, 'gen_ai.tool.definitions')).toEqual([
      { type: 'function', name: 'get_weather', parameters: { type: 'object' } },
      { type: 'web_search', name: 'web_search' },
      { type: 'mcp', name: 'docs' },
    ]);
  });

  it.each([true, false])('that stop at the token limit say so (stream: %s)', async (stream) => {
    const client = harness.client({ scenario: 'incomplete' });
    if (stream) await drain(await client.responses.create({ model: 'gpt-4o-mini', input: 'Hello', stream }));
    else await client.responses.create({ model: 'gpt-4o-mini', input: 'Hello' });
    const recorded = await span();
    expect(recorded.attributes['gen_ai.response.finish_reasons']).toEqual(['length']);
    expect(recorded.attributes['genai_otel.response.status']).toBe('incomplete');
    expect(recorded.status.code).toBe(0);
  });
});

describe('media', () => {
  it('are told by type, size and hash', async () => {
    const client = harness.client();
    await client.images.generate({ model: 'gpt-image-1', prompt: 'A fox' });
    const recorded = await span();
    expect(parts(recorded, 'gen_ai.input.messages')).toEqual([{ type: 'text', content: 'A fox' }]);
    expect(parts(recorded)).toEqual([
      {
        type: 'blob',
        modality: 'image',
        mime_type: 'image/png',
        content: expect.any(String),
        size: 70,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
  });

  it('that the provider keeps are told by their address', async () => {
    await harness.client().images.generate({ model: 'dall-e-3', prompt: 'A fox', response_format: 'url' });
    expect(parts(await span())).toEqual([{ type: 'uri', modality: 'image', uri: 'https://images.example/1.png' }]);
  });

  it('that were heard are told by their words', async () => {
    const file = () => new File([new Uint8Array([1])], 'a.mp3');
    await harness
      .client()
      .audio.transcriptions.create({ model: 'whisper-1', file: file(), prompt: 'Names: Ada', response_format: 'text' });
    const whole = await span();
    expect(parts(whole, 'gen_ai.input.messages')).toEqual([{ type: 'text', content: 'Names: Ada' }]);
    expect(parts(whole)).toEqual([{ type: 'text', content: 'Imagine the wildest idea.\n' }]);
    await harness.configure({ captureContent: 'SPAN_ONLY' });
    await drain(
      await harness.client().audio.transcriptions.create({ model: 'gpt-4o-transcribe', file: file(), stream: true }),
    );
    expect(parts(await span())).toEqual([{ type: 'text', content: 'Imagine the wildest idea.' }]);
  });

  it('that are spoken are told by what was to be said', async () => {
    await harness
      .client()
      .audio.speech.create({ model: 'tts-1', voice: 'alloy', input: 'Hello', instructions: 'Whisper.' });
    const recorded = await span();
    expect(parts(recorded, 'gen_ai.input.messages')).toEqual([{ type: 'text', content: 'Hello' }]);
    expect(content(recorded, 'gen_ai.system_instructions')).toEqual([{ type: 'text', content: 'Whisper.' }]);
  });
});

it('a prompt of a legacy completion and its pieces are captured', async () => {
  await drain(
    await harness
      .client()
      .completions.create({ model: 'gpt-3.5-turbo-instruct', prompt: ['One', 'Two'], stream: true }),
  );
  const recorded = await span();
  expect(parts(recorded, 'gen_ai.input.messages')).toEqual([
    { type: 'text', content: 'One' },
    { type: 'text', content: 'Two' },
  ]);
  expect(parts(recorded)).toEqual([
    { type: 'text', content: answer },
    { type: 'text', content: answer },
  ]);
});

it('instructions and messages of a run are captured', async () => {
  await harness.client().beta.threads.createAndRun({
    assistant_id: 'asst_1',
    instructions: 'Be brief.',
    thread: { messages },
  });
  const recorded = await span();
  expect(content(recorded, 'gen_ai.system_instructions')).toEqual([{ type: 'text', content: 'Be brief.' }]);
  expect(parts(recorded, 'gen_ai.input.messages')).toEqual([{ type: 'text', content: messages[0]?.content }]);
});

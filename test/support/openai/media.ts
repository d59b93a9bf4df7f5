import { type Call, CREATED, items, type Json, sendJson, text } from './call.ts';
import { sendEvents } from './delivery.ts';

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** Numbers that are exact in 32 bits, so that `float` and `base64` decode to the same vector. */
const vector = (index: number, dimensions: number): number[] =>
  Array.from({ length: dimensions }, (_, position) => (index + position) / 8 - 0.5);

/** `POST /embeddings`. https://platform.openai.com/docs/api-reference/embeddings */
export async function embeddings(call: Call): Promise<void> {
  const { input } = call.body;
  const count = Array.isArray(input) && typeof input[0] !== 'number' ? input.length : 1;
  const data = Array.from({ length: count }, (_, index) => {
    const numbers = vector(index, Number(call.body.dimensions ?? 4));
    const encoded = Buffer.from(Float32Array.from(numbers).buffer).toString('base64');
    return { object: 'embedding', index, embedding: call.body.encoding_format === 'base64' ? encoded : numbers };
  });
  sendJson(call, {
    object: 'list',
    data,
    model: text(call.body.model, 'text-embedding-3-small'),
    usage: { prompt_tokens: 8 * count, total_tokens: 8 * count },
  });
}

const imageUsage = {
  total_tokens: 1110,
  input_tokens: 50,
  output_tokens: 1060,
  input_tokens_details: { text_tokens: 10, image_tokens: 40 },
};

/** `POST /images/{generations,edits,variations}`. https://platform.openai.com/docs/api-reference/images */
export async function images(call: Call): Promise<void> {
  const kind = call.path.endsWith('edits') ? 'image_edit' : 'image_generation';
  const look = { background: 'opaque', output_format: 'png', quality: 'high', size: '1024x1024' };
  if (call.body.stream === true || call.body.stream === 'true') {
    const partial = (index: number): Json => ({
      type: `${kind}.partial_image`,
      b64_json: PIXEL,
      created_at: CREATED,
      partial_image_index: index,
      ...look,
    });
    const completed = { type: `${kind}.completed`, b64_json: PIXEL, created_at: CREATED, usage: imageUsage, ...look };
    return sendEvents(
      call,
      [partial(0), partial(1), completed].map((data) => ({ event: String(data.type), data })),
    );
  }
  const data = Array.from({ length: Number(call.body.n ?? 1) }, () =>
    call.body.response_format === 'url'
      ? { url: 'https://images.example/1.png', revised_prompt: 'A red fox, watercolour' }
      : { b64_json: PIXEL },
  );
  sendJson(call, { created: CREATED, data, usage: imageUsage, ...look });
}

/** `POST /audio/speech`. https://platform.openai.com/docs/api-reference/audio/createSpeech */
export async function speech(call: Call): Promise<void> {
  if (call.body.stream_format === 'sse') {
    const usage = { input_tokens: 14, output_tokens: 101, total_tokens: 115 };
    return sendEvents(call, [
      { data: { type: 'speech.audio.delta', audio: 'SUQz' } },
      { data: { type: 'speech.audio.done', usage } },
    ]);
  }
  call.response.writeHead(200, { 'content-type': 'audio/mpeg' });
  call.response.write(Buffer.from('ID3'));
  call.response.end(Buffer.from([4, 0, 0, 0xff, 0xfb]));
}

const TRANSCRIPT = ['Imagine', ' the wildest', ' idea.'];
const transcriptionUsage = {
  type: 'tokens',
  input_tokens: 14,
  input_token_details: { text_tokens: 4, audio_tokens: 10 },
  output_tokens: 5,
  total_tokens: 19,
};

/** `POST /audio/transcriptions` and `/audio/translations`. https://platform.openai.com/docs/api-reference/audio */
export async function transcriptions(call: Call): Promise<void> {
  const whole = TRANSCRIPT.join('');
  if (call.body.stream === 'true' || call.body.stream === true) {
    return sendEvents(call, [
      ...TRANSCRIPT.map((delta) => ({ data: { type: 'transcript.text.delta', delta } })),
      { data: { type: 'transcript.text.done', text: whole, usage: transcriptionUsage } },
      { data: '[DONE]' },
    ]);
  }
  const format = text(call.body.response_format, 'json');
  if (format === 'text' || format === 'srt' || format === 'vtt') {
    call.response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
    call.response.end(format === 'text' ? `${whole}\n` : `1\n00:00:00,000 --> 00:00:02,500\n${whole}\n\n`);
    return;
  }
  if (format === 'verbose_json') {
    return sendJson(call, {
      task: call.path.endsWith('translations') ? 'translate' : 'transcribe',
      language: 'english',
      duration: 2.5,
      text: whole,
      segments: [
        {
          id: 0,
          seek: 0,
          start: 0,
          end: 2.5,
          text: whole,
          tokens: [50364, 2403],
          temperature: 0,
          avg_logprob: -0.2,
          compression_ratio: 1.1,
          no_speech_prob: 0.01,
        },
      ],
      usage: { type: 'duration', seconds: 3 },
    });
  }
  sendJson(call, { text: whole, ...(call.path.endsWith('translations') ? {} : { usage: transcriptionUsage }) });
}

const categories = ['harassment', 'hate', 'illicit', 'self-harm', 'sexual', 'violence'];

/** `POST /moderations`. https://platform.openai.com/docs/api-reference/moderations */
export async function moderations(call: Call): Promise<void> {
  const count =
    Array.isArray(call.body.input) && typeof call.body.input[0] === 'string' ? items(call.body.input).length : 1;
  const flagged = call.has('flagged');
  const result = {
    flagged,
    categories: Object.fromEntries(categories.map((name) => [name, flagged && name === 'violence'])),
    category_scores: Object.fromEntries(
      categories.map((name) => [name, flagged && name === 'violence' ? 0.97 : 0.0001]),
    ),
    category_applied_input_types: Object.fromEntries(categories.map((name) => [name, ['text']])),
  };
  sendJson(call, {
    id: 'modr-1',
    model: text(call.body.model, 'omni-moderation-latest'),
    results: Array.from({ length: count }, () => result),
  });
}

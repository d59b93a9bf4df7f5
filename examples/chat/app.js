import OpenAI from 'openai';
import { zodFunction, zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';

// A small travel assistant. It knows nothing of telemetry: `--import @genai-otel/node/register` records what it does.

const model = 'gpt-5-mini';
const client = new OpenAI();

const Trip = z.object({ city: z.string(), days: z.number(), travellers: z.number() });

const weather = zodFunction({
  name: 'get_weather',
  parameters: z.object({ city: z.string() }),
  function: ({ city }) => ({ city, sky: 'sunny', celsius: 24 }),
});

async function ask(question) {
  const completion = await client.chat.completions.create({
    model,
    messages: [
      { role: 'developer', content: 'You are a travel assistant. Answer in one sentence.' },
      { role: 'user', content: question },
    ],
  });
  return completion.choices[0].message.content;
}

const steps = {
  completion: () => ask('Which one sight in Lisbon should I not miss?'),

  async tool() {
    const stream = client.chat.completions.runTools({
      model,
      messages: [{ role: 'user', content: 'Do I need a jacket in Lisbon today?' }],
      tools: [weather],
      stream: true,
      stream_options: { include_usage: true },
    });
    let answer = '';
    for await (const chunk of stream) answer += chunk.choices[0]?.delta.content ?? '';
    return answer;
  },

  async structured() {
    const completion = await client.chat.completions.parse({
      model,
      messages: [{ role: 'user', content: 'Extract the trip: the two of us want to see Lisbon for three days.' }],
      response_format: zodResponseFormat(Trip, 'trip'),
    });
    return JSON.stringify(completion.choices[0].message.parsed);
  },

  async embedding() {
    const { data } = await client.embeddings.create({
      model: 'text-embedding-3-small',
      input: ['Belém Tower, Lisbon', 'Castle of São Jorge, Lisbon'],
      dimensions: 256,
    });
    return `${data.length} vectors of ${data[0].embedding.length} dimensions`;
  },

  /** The provider says 429 first; the SDK tries again by itself. */
  busy: () => ask('Where in Lisbon is the best custard tart?'),

  async wrongKey() {
    const stranger = new OpenAI({ apiKey: 'not-a-key' });
    try {
      await stranger.chat.completions.create({ model, messages: [{ role: 'user', content: 'Hello?' }] });
      return 'accepted';
    } catch (error) {
      if (error instanceof OpenAI.AuthenticationError) return `refused: ${error.status} ${error.code}`;
      throw error;
    }
  },
};

const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(steps);

for (const step of chosen) console.log(`${step.padEnd(12)}${await steps[step]()}`);

export const chat = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'What is the weather in Paris?' }] };
export const streamed = { ...chat, stream: true };
export const response = { model: 'gpt-4o-mini', input: 'What is the weather in Paris?' };
export const streamedResponse = { ...response, stream: true };

export const weatherTool = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'The weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } } },
  },
};

/** The object that carries `.stream()`, `.parse()` and `.runTools()` for chat completions: under `beta` in 4.x. */
export const chatHelpers = (client) =>
  typeof client.chat.completions.stream === 'function' ? client.chat.completions : client.beta.chat.completions;

export async function collect(stream) {
  const items = [];
  for await (const item of stream) items.push(item);
  return items;
}

export const texts = (chunks) => chunks.map((chunk) => chunk.choices?.[0]?.delta?.content ?? null);

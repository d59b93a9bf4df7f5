import { createRequire } from 'node:module';
import OpenAI from 'openai';
import { OpenAI as FromSubpath } from 'openai/client';

const { OpenAI: Required } = createRequire(import.meta.url)('openai');
if (Required === OpenAI || FromSubpath !== OpenAI) throw new Error('expected two copies of the SDK');
for (const Client of [OpenAI, FromSubpath, Required]) {
  const completion = await new Client().chat.completions.create({
    model: 'test-model',
    messages: [{ role: 'user', content: 'hi' }],
  });
  console.log(completion.choices[0].message.content);
}

// An application that starts OpenTelemetry itself, and calls the model afterwards.
import './own-sdk-setup.mjs';
import OpenAI from 'openai';

const completion = await new OpenAI().chat.completions.create({
  model: 'test-model',
  messages: [{ role: 'user', content: 'hi' }],
});
console.log(completion.choices[0].message.content);

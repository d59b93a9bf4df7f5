import OpenAI from 'openai';

const completion = await new OpenAI().chat.completions.create({
  model: 'test-model',
  messages: [{ role: 'user', content: 'hi' }],
});
console.log(completion.choices[0].message.content);

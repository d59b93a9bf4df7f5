const { OpenAI } = require('openai');

new OpenAI().chat.completions
  .create({ model: 'test-model', messages: [{ role: 'user', content: 'hi' }] })
  .then((completion) => console.log(completion.choices[0].message.content));

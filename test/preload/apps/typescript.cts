const { OpenAI } = require('openai') as typeof import('openai');

const main = async (): Promise<void> => {
  const completion = await new OpenAI().chat.completions.create({
    model: 'test-model',
    messages: [{ role: 'user', content: 'hi' }],
  });
  console.log(completion.choices[0]?.message.content);
};
main();

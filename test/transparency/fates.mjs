const chat = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hello' }] };

/** Programs whose end is the observation: exit code, what they printed, and how the process came to its end. */
export const fates = {
  'a forgotten call that succeeds': ({ client }) => {
    client.chat.completions.create(chat);
  },
  'a forgotten call that fails': ({ client, as }) => {
    client.chat.completions.create(chat, as('401'));
  },
  'a forgotten stream that fails': ({ client, as }) => {
    client.chat.completions.create({ ...chat, stream: true }, as('401'));
  },
  'a forgotten embedding that fails': ({ client, as }) => {
    client.embeddings.create({ model: 'text-embedding-3-small', input: 'x' }, as('500'));
  },
  'an awaited call that fails uncaught': async ({ client, as }) => {
    await client.chat.completions.create(chat, as('400'));
  },
  'a stream that drops uncaught': async ({ client, as }) => {
    for await (const chunk of await client.chat.completions.create({ ...chat, stream: true }, as('drop-mid-stream')))
      console.log(chunk.choices[0].delta.content);
  },
  'a stream that is never read': async ({ client }) => {
    await client.chat.completions.create({ ...chat, stream: true });
    console.log('has the stream');
  },
  'a dropped stream on a dropping connection': async ({ client, as }) => {
    await client.chat.completions.create({ ...chat, stream: true }, as('drop-mid-stream'));
    console.log('has the stream');
  },
  'a helper stream whose error nobody handles': ({ client, as }) => {
    const completions = client.chat.completions.stream ? client.chat.completions : client.beta.chat.completions;
    completions.stream(chat, as('401')).on('content', () => {});
  },
  'a helper stream with an error handler': ({ client, as }) => {
    const completions = client.chat.completions.stream ? client.chat.completions : client.beta.chat.completions;
    completions.stream(chat, as('401')).on('error', (error) => console.log('handled', error.status));
  },
  'an exit in the middle of a stream': async ({ client, as, advance }) => {
    const stream = await client.chat.completions.create({ ...chat, stream: true }, as('gate'));
    await advance(2);
    for await (const chunk of stream) {
      console.log(chunk.choices[0].delta.role);
      process.exit(7);
    }
  },
  'beforeExit comes once': async ({ client }) => {
    process.on('beforeExit', () => console.log('beforeExit'));
    process.on('exit', (code) => console.log('exit', code));
    await client.chat.completions.create(chat);
  },
};

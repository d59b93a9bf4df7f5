// Calls the model once, then ends in the way that the argument names, telling on standard output what it sees of that end.
import OpenAI from 'openai';

const say = (text) => process.stdout.write(`${text}\n`);
const forever = () => setInterval(() => {}, 1000);
let beforeExits = 0;
process.on('beforeExit', (code) => say(`beforeExit ${++beforeExits} ${code}`));
process.on('exit', (code) => say(`exit ${code}`));

const ways = {
  naturally: () => {},
  withExitCode: () => {
    process.exitCode = 7;
  },
  byExit: () => process.exit(3),
  byExitInTheMiddle: () => setTimeout(() => process.exit(3), 20),
  byUncaughtException: () => {
    setTimeout(() => {
      throw new Error('the application failed');
    }, 20);
  },
  byUnhandledRejection: () => {
    Promise.reject(new Error('the application failed'));
  },
  withUnsettledAwait: () => new Promise(() => {}),
  withWorkBeforeExit: () => {
    process.once('beforeExit', () => setTimeout(() => say('worked'), 50));
  },
  withPromisesBeforeExit: () => {
    process.once('beforeExit', async () => {
      await null;
      say('resolved');
    });
  },
  withImmediateBeforeExit: () => {
    process.once('beforeExit', () => setImmediate(() => say('immediate')));
  },
  bySignal: () => {
    forever();
    say('ready');
  },
  bySignalWithOwnHandler: () => {
    const timer = forever();
    process.once(process.env.TEST_SIGNAL, (signal) => {
      say(`handled ${signal}`);
      clearInterval(timer);
    });
    say('ready');
  },
  bySignalWithExitingHandler: () => {
    forever();
    process.once(process.env.TEST_SIGNAL, () => process.exit(9));
    say('ready');
  },
  bySignalWithIgnoringHandler: () => {
    const timer = forever();
    let count = 0;
    process.on(process.env.TEST_SIGNAL, () => {
      say(`ignored ${++count}`);
      if (count === 2) clearInterval(timer);
      else say('ready');
    });
    say('ready');
  },
  // As the signal-exit package does, mark included: ends the process by the signal if nobody else listens.
  bySignalWithPoliteHandler: () => {
    forever();
    globalThis[Symbol.for('signal-exit emitter')] = {};
    const listener = (signal) => {
      if (process.listenerCount(signal) > 1) return;
      process.removeListener(signal, listener);
      process.kill(process.pid, signal);
    };
    process.on(process.env.TEST_SIGNAL, listener);
    say('ready');
  },
};

const completion = await new OpenAI().chat.completions.create({
  model: 'test-model',
  messages: [{ role: 'user', content: 'hi' }],
});
say(completion.choices[0].message.content);
await ways[process.argv[2]]();

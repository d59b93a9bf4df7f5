import { AsyncLocalStorage } from 'node:async_hooks';
import { shape } from '../describe.mjs';
import { chat, chatHelpers, weatherTool } from './common.mjs';

const events = [
  'message',
  'functionToolCall',
  'functionToolCallResult',
  'functionCall',
  'functionCallResult',
  'content',
  'error',
  'end',
];

function tool(call, options = {}) {
  const { description, parameters } = weatherTool.function;
  return {
    type: 'function',
    function: { name: 'get_weather', description, parameters, parse: JSON.parse, function: call, ...options },
  };
}

/** Runs a tool loop, plain and streamed; 4.x has it under `beta`. */
async function eachRunner({ client, as, needs }, tools, scenario, use, params = {}) {
  const helpers = chatHelpers(client);
  needs(helpers.runTools, 'runTools');
  for (const stream of [false, true]) {
    const runner = helpers.runTools({ ...chat, ...params, tools, stream }, as(scenario));
    await use(runner, stream ? 'streamed' : 'plain');
  }
}

export const scenarios = {
  'runTools calls the tool and gives the final answer': async (t) => {
    const tools = [tool((args) => `mild in ${args.city}`)];
    await eachRunner(t, tools, 'tool-calls', async (runner, kind) => {
      for (const name of events)
        runner.on(name, (...values) => t.log(kind, name, ...values.map((value) => structuredClone(value))));
      t.log(kind, shape(runner), typeof runner.then);
      t.log(kind, await runner.finalContent(), runner.messages, runner.allChatCompletions());
      t.log(kind, await t.outcome(() => runner.totalUsage()));
    });
  },

  'runTools awaits an asynchronous tool': async (t) => {
    const tools = [
      tool(async (args) => {
        await new Promise(setImmediate);
        return { city: args.city, degrees: 21 };
      }),
    ];
    await eachRunner(t, tools, 'tool-calls', async (runner, kind) =>
      t.log(kind, await runner.finalContent(), runner.messages),
    );
  },

  'runTools calls parallel tools': async (t) => {
    const calls = [];
    const tools = [
      tool((args) => void calls.push(args) ?? 'mild'),
      tool((args) => void calls.push(args) ?? 'noon', { name: 'get_time' }),
    ];
    await eachRunner(t, tools, 'parallel-tool-calls', async (runner, kind) =>
      t.log(kind, await runner.finalContent(), runner.messages),
    );
    t.log(calls);
  },

  'runTools with a tool that throws': async (t) => {
    const thrown = new Error('no weather today');
    const throwing = [
      () => {
        throw thrown;
      },
      async () => {
        throw thrown;
      },
    ];
    for (const call of throwing)
      await eachRunner(t, [tool(call)], 'tool-calls', async (runner, kind) => {
        const heard = [];
        runner.on('error', (error) => heard.push(error));
        const caught = await runner.done().catch((error) => error);
        t.log(kind, caught, caught === thrown, heard[0] === caught, runner.errored);
      });
  },

  'runTools with arguments that do not parse': async (t) => {
    const tools = [tool(() => 'never')];
    await eachRunner(t, tools, 'malformed-tool-arguments', async (runner, kind) =>
      t.log(kind, await t.outcome(() => runner.done()), runner.messages),
    );
  },

  'runTools with a tool that the model made up': async (t) => {
    const tools = [tool(() => 'mild')];
    await eachRunner(t, tools, 'parallel-tool-calls', async (runner, kind) =>
      t.log(kind, await t.outcome(() => runner.finalContent()), runner.messages),
    );
  },

  'a tool gets its runner and its receiver': async (t) => {
    let runnerSeen;
    const definition = tool(function (args, runner, ...rest) {
      runnerSeen = runner;
      t.log(this === undefined, this === definition.function, args, rest.length);
      return 'mild';
    });
    await eachRunner(t, [definition], 'tool-calls', async (runner, kind) => {
      await runner.done();
      t.log(kind, runnerSeen === runner, shape(definition.function));
    });
  },

  'a tool that aborts its runner': async (t) => {
    const tools = [
      tool((_args, runner) => {
        runner.abort();
        return 'late';
      }),
    ];
    await eachRunner(t, tools, 'tool-calls', async (runner, kind) => {
      t.log(kind, await t.outcome(() => runner.done()), runner.aborted);
    });
  },

  'a signal that fires while a tool runs': async (t) => {
    const helpers = chatHelpers(t.client);
    t.needs(helpers.runTools, 'runTools');
    const controller = new AbortController();
    const tools = [
      tool(async () => {
        controller.abort();
        await new Promise(setImmediate);
        return 'late';
      }),
    ];
    const runner = helpers.runTools({ ...chat, tools }, t.as('tool-calls', { signal: controller.signal }));
    t.log(await t.outcome(() => runner.finalContent()), runner.aborted);
  },

  'runTools stops at the limit of completions': async (t) => {
    const helpers = chatHelpers(t.client);
    t.needs(helpers.runTools, 'runTools');
    const runner = helpers.runTools(
      { ...chat, tools: [tool(() => 'again')] },
      t.as('endless-tool-calls', { maxChatCompletions: 3 }),
    );
    t.log(await t.outcome(() => runner.done()), (await t.requests()).length);
  },

  'runTools with one forced tool stops after it': async (t) => {
    const tool_choice = { type: 'function', function: { name: 'get_weather' } };
    await eachRunner(
      t,
      [tool(() => 'mild')],
      'tool-calls',
      async (runner, kind) => t.log(kind, await t.outcome(() => runner.done()), runner.messages),
      { tool_choice },
    );
  },

  'runTools against a failing server': async (t) => {
    await eachRunner(t, [tool(() => 'mild')], '429', async (runner, kind) =>
      t.log(kind, await t.outcome(() => runner.done())),
    );
  },

  'a tool that calls the model itself': async (t) => {
    const tools = [tool(async () => (await t.client.chat.completions.create(chat)).choices[0].message.content)];
    await eachRunner(t, tools, 'tool-calls', async (runner, kind) =>
      t.log(kind, await runner.finalContent(), runner.messages),
    );
  },

  'the AsyncLocalStorage of the program is there inside tools': async (t) => {
    const storage = new AsyncLocalStorage();
    const tools = [tool(() => void t.log('tool', storage.getStore()) ?? 'mild')];
    await storage.run('mine', () =>
      eachRunner(t, tools, 'tool-calls', async (runner, kind) => {
        runner.on('message', () => t.log(kind, 'message', storage.getStore()));
        runner.on('end', () => t.log(kind, 'end', storage.getStore()));
        await runner.done();
      }),
    );
  },

  'the definitions of tools are not touched': async (t) => {
    const definition = Object.freeze(tool(() => 'mild'));
    Object.freeze(definition.function);
    const tools = Object.freeze([definition]);
    await eachRunner(t, tools, 'tool-calls', async (runner, kind) =>
      t.log(kind, await t.outcome(() => runner.finalContent())),
    );
    t.log(tools);
  },

  'runFunctions of 4.x': async ({ client, log, needs, as }) => {
    const helpers = needs(client.beta?.chat?.completions?.runFunctions && client.beta.chat.completions, 'runFunctions');
    const functions = [
      { name: 'get_weather', description: 'x', parameters: {}, parse: JSON.parse, function: () => 'mild' },
    ];
    log(await helpers.runFunctions({ ...chat, functions }, as('')).finalContent());
    log(await helpers.runFunctions({ ...chat, functions, stream: true }, as('')).finalContent());
  },
};

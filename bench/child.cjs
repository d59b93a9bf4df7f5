'use strict';

// One variant in a process of its own. Usage: node --expose-gc child.cjs VARIANT time|count|memory|create|stream. Prints one line of JSON.

const { createHook } = require('node:async_hooks');
const { setImmediate: nextTurn } = require('node:timers/promises');

const { variants } = require('./variants.cjs');
const { ANSWER_MARK, fetchInMemory, PROMPT_MARK, request, streamRequest } = require('./in-memory-api.cjs');

const CALLS_PER_TURN = 50;
const CALLS_PER_BATCH = 200;
const STREAMS_PER_BATCH = 3;
/** Node 22 cannot tell one thread's time, so there the helper threads' is in. */
const cpu = process.threadCpuUsage ?? process.cpuUsage;

async function main(name, mode) {
  const { setUp } = variants[name];
  const { OpenAI, create, host } = setUp();
  const client = new OpenAI({
    apiKey: 'not-a-key',
    baseURL: 'https://in-memory.invalid/v1',
    fetch: fetchInMemory,
    maxRetries: 0,
  });
  const call = create ? (params) => create(client, params) : (params) => client.chat.completions.create(params);
  let calls = 0;

  async function creates(count) {
    for (let index = 0; index < count; index++) {
      await call(request);
      // Batch processors and finalizers need a turn of the event loop, as they have it in a server.
      if (index % CALLS_PER_TURN === CALLS_PER_TURN - 1) await nextTurn();
    }
    calls += count;
  }

  async function streams(count) {
    let chunks = 0;
    let characters = 0;
    for (let index = 0; index < count; index++) {
      for await (const chunk of await call(streamRequest)) {
        chunks++;
        characters += chunk.choices[0]?.delta.content?.length ?? 0;
      }
      await nextTurn();
    }
    calls += count;
    if (characters === 0) throw new Error('the stream brought no text');
    return chunks;
  }

  async function timed(work) {
    global.gc();
    const cpuBefore = cpu.call(process);
    const wallBefore = performance.now();
    const units = await work();
    const wall = (performance.now() - wallBefore) * 1000;
    const { user, system } = cpu.call(process, cpuBefore);
    return { cpu: (user + system) / units, wall: wall / units };
  }

  async function promisesOf(work) {
    let promises = 0;
    const hook = createHook({
      init(_id, type) {
        if (type === 'PROMISE') promises++;
      },
    });
    hook.enable();
    const units = await work();
    hook.disable();
    return promises / units;
  }

  /** Exact only while no scavenge comes between: the runner gives the process a young generation that holds it all. */
  async function allocatedBy(work) {
    global.gc();
    const before = process.memoryUsage().heapUsed;
    const units = await work();
    return (process.memoryUsage().heapUsed - before) / units;
  }

  async function heap() {
    await host?.flush();
    for (let pass = 0; pass < 4; pass++) {
      await nextTurn();
      global.gc();
    }
    return process.memoryUsage();
  }

  const batch = async () => ({
    create: await timed(() => creates(CALLS_PER_BATCH).then(() => CALLS_PER_BATCH)),
    chunk: await timed(() => streams(STREAMS_PER_BATCH)),
  });

  const modes = {
    /** Warms up, then runs one batch of each kind whenever it is asked to: the others run theirs in between. */
    async time() {
      await creates(2000);
      await streams(20);
      await new Promise((resolve, reject) => {
        process.on('message', (order) => {
          if (order === 'end') return resolve();
          batch().then((result) => process.send(result), reject);
        });
        process.send('warm');
      });
      process.disconnect();
    },
    async count() {
      await creates(1000);
      await streams(10);
      return {
        allocatedPerCreate: await allocatedBy(() => creates(400).then(() => 400)),
        allocatedPerChunk: await allocatedBy(() => streams(2)),
        promisesPerCreate: await promisesOf(() => creates(40).then(() => 40)),
        promisesPerChunk: await promisesOf(() => streams(2)),
      };
    },
    async memory() {
      await creates(1);
      const started = await heap();
      await creates(5000);
      const before = await heap();
      await creates(20_000);
      const after = await heap();
      return { rss: started.rss, heapUsed: started.heapUsed, heapGrowth: after.heapUsed - before.heapUsed };
    },
    // For a profiler: one kind of call, and nothing else.
    create: () => creates(40_000),
    stream: () => streams(300),
  };

  const result = (await modes[mode]()) ?? {};
  await host?.flush();
  const recorded = (await host?.recorded()) ?? { spans: 0, logRecords: 0, metrics: {}, text: '', attributes: [] };
  const { text, ...rest } = recorded;
  return { ...result, calls, recorded: { ...rest, content: text.includes(PROMPT_MARK) || text.includes(ANSWER_MARK) } };
}

const [name, mode] = process.argv.slice(2);
main(name, mode).then(
  (result) => process.stdout.write(`\n${JSON.stringify(result)}\n`, () => process.exit(0)),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);

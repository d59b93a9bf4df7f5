// A minimal instrumentation: one span, one measurement and one event for each chat completion, so that the preload's part
// (hooking, providers, delivery) is tested apart from what the real instrumentations record.
const { createRequire } = require('node:module');
const { isInternalThread } = require('node:worker_threads');
const fromNode = createRequire(require.resolve(process.env.STAND_IN_FROM ?? '@genai-otel/node/package.json'));
const fromCore = createRequire(fromNode.resolve('@genai-otel/core'));
const api = fromCore('@opentelemetry/api');
const { InstrumentationBase, InstrumentationNodeModuleDefinition, InstrumentationNodeModuleFile } = fromCore(
  '@opentelemetry/instrumentation',
);

const patched = Symbol('stand-in');

class StandIn extends InstrumentationBase {
  constructor() {
    super('stand-in', '1.0.0', {});
  }

  _updateMetricInstruments() {
    this.counter = this.meter.createCounter('stand_in.calls');
  }

  init() {
    const file = (name) =>
      new InstrumentationNodeModuleFile(
        name,
        ['*'],
        (exports) => {
          this.patch(exports.OpenAI ?? exports.default ?? exports);
          return exports;
        },
        () => {},
      );
    const files = ['openai/client.js', 'openai/client.mjs', 'openai/index.js', 'openai/index.mjs'].map(file);
    return [
      new InstrumentationNodeModuleDefinition(
        'openai',
        ['>=4'],
        (exports) => {
          this.patch(exports.OpenAI);
          return exports;
        },
        undefined,
        files,
      ),
    ];
  }

  patch(OpenAI) {
    const prototype = OpenAI?.Chat?.Completions?.prototype;
    if (prototype === undefined || prototype[patched]) return;
    prototype[patched] = true;
    const { create } = prototype;
    const instrumentation = this;
    prototype.create = function (...parameters) {
      const span = instrumentation.tracer.startSpan('chat', {
        // Which of the two instrumentations wraps the other depends on who loads first.
        root: true,
        attributes: { 'test.attribute': 'x'.repeat(100), 'test.other': 1 },
      });
      instrumentation.counter.add(1);
      instrumentation.logger.emit({ eventName: 'stand_in.call', attributes: { 'test.attribute': 1 } });
      span.end();
      return create.apply(this, parameters);
    };
  }
}

if (!isInternalThread) {
  const instrumentation = new StandIn();
  if (api.logs) instrumentation.setLoggerProvider(api.logs.getLoggerProvider());
}

// Tells what a preload has left in the process.
console.log(
  JSON.stringify({
    api: Object.keys(globalThis[Symbol.for('opentelemetry.js.api.1')] ?? {}),
    moduleHook: Symbol.for('genai-otel.module-hook') in globalThis,
    listeners: ['SIGTERM', 'SIGINT', 'beforeExit'].map((name) => process.listenerCount(name)),
  }),
);

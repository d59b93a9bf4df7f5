// A tool that brings an older @opentelemetry/api of its own, and registers a tracer provider with it.
const { createRequire } = require('node:module');
const { trace } = createRequire(`${__dirname}/../../hosts/otel-2/package.json`)('@opentelemetry/api');

trace.setGlobalTracerProvider({ getTracer: () => trace.wrapSpanContext({ traceId: '', spanId: '', traceFlags: 0 }) });

'use strict';

// Every variant is one application that calls the SDK; they differ in who records the calls.

const fs = require('node:fs');
const path = require('node:path');

const versionOf = (name) => {
  const file = path.join(__dirname, 'node_modules', name, 'package.json');
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')).version : undefined;
};

const OURS = path.join(__dirname, '..', 'packages', 'instrumentation-openai', 'dist', 'index.cjs');
const oursIsBuilt = () => fs.existsSync(OURS);

const SDK_6 = 'openai';
const SDK_7 = 'openai-7';
const host = (options) => require('./host.cjs').startHost(options);
const openTelemetry = (needs) => ({ host: `OpenTelemetry ${versionOf('@opentelemetry/sdk-trace') ?? '?'}`, ...needs });

function setUpOurs({ sdk, provider = true, sampled = true }) {
  const running = provider ? host({ sampled }) : undefined;
  const { OpenAIInstrumentation } = require(OURS);
  const instrumentation = new OpenAIInstrumentation();
  const OpenAI = require(sdk);
  instrumentation.instrument(OpenAI);
  return { OpenAI, host: running };
}

const ours = (label, options, fields = {}) => ({
  label,
  sdk: options.sdk,
  needs: 'ours',
  ...openTelemetry(),
  ...fields,
  setUp: () => setUpOurs(options),
});

function setUpHandWritten(sdk) {
  const running = host();
  return { OpenAI: require(sdk), host: running, create: require('./hand-written.cjs').handWritten() };
}

/** An OpenTelemetry instrumentation, registered as its documentation says, with content off. */
const peer = (name, config) => ({
  label: name,
  sdk: SDK_6,
  needs: name,
  ...openTelemetry(),
  setUp: () => {
    const running = host();
    const { OpenAIInstrumentation } = require(name);
    const { registerInstrumentations } = require(
      require.resolve('@opentelemetry/instrumentation', { paths: [require.resolve(name)] }),
    );
    registerInstrumentations({ instrumentations: [new OpenAIInstrumentation(config)] });
    return { OpenAI: require(SDK_6), host: running };
  },
});

function setUpSentry() {
  const Sentry = require('@sentry/node');
  let spans = 0;
  let last;
  const countSpans = async ([, items]) => {
    for (const [{ type, item_count }] of items) if (type === 'span') spans += item_count;
    return { statusCode: 200 };
  };
  const client = Sentry.init({
    dsn: 'https://key@sentry.invalid/1',
    tracesSampleRate: 1,
    sendDefaultPii: false,
    integrations: [Sentry.openAIIntegration({ recordInputs: false, recordOutputs: false })],
    transport: () => ({ send: countSpans, flush: async () => true }),
  });
  client.on('spanEnd', (span) => {
    last = span;
  });
  return {
    OpenAI: require(SDK_6),
    host: {
      flush: () => Sentry.flush(1000),
      recorded: async () => {
        const attributes = last ? Sentry.spanToJSON(last).attributes : {};
        return {
          spans,
          logRecords: 0,
          metrics: {},
          text: JSON.stringify(attributes),
          attributes: Object.keys(attributes),
        };
      },
    },
  };
}

/**
 * - `sdk`: the folder of the SDK in node_modules; `baseline` and `handWritten` name the variants that it is measured against.
 * - `needs`: a package that must be installed, or `ours`.
 * - `records`: whether spans are expected; `content`: whether prompts and answers are.
 * - `setUp()`: `{ OpenAI, create?, host? }`, run in a process of its own before the first call.
 */
const variants = {
  bare: { label: 'bare SDK', sdk: SDK_6, records: false, setUp: () => ({ OpenAI: require(SDK_6) }) },
  // The same once more: what the others must exceed to be told from noise.
  'bare-again': {
    label: 'bare SDK again (noise)',
    sdk: SDK_6,
    records: false,
    isControl: true,
    setUp: () => ({ OpenAI: require(SDK_6) }),
  },
  'hand-written': { label: 'hand-written span', sdk: SDK_6, ...openTelemetry(), setUp: () => setUpHandWritten(SDK_6) },
  ours: ours('genai-otel', { sdk: SDK_6 }),
  'ours-content': ours(
    'genai-otel, content on',
    { sdk: SDK_6 },
    {
      content: true,
      env: { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'SPAN_ONLY' },
    },
  ),
  'ours-no-provider': ours(
    'genai-otel, no provider',
    { sdk: SDK_6, provider: false },
    { records: false, host: 'none' },
  ),
  'ours-unsampled': ours('genai-otel, sampler off', { sdk: SDK_6, sampled: false }, { records: false }),
  opentelemetry: peer('@opentelemetry/instrumentation-openai', { captureMessageContent: false }),
  traceloop: peer('@traceloop/instrumentation-openai', { traceContent: false }),
  arize: peer('@arizeai/openinference-instrumentation-openai', {
    traceConfig: { hideInputs: true, hideOutputs: true },
  }),
  sentry: {
    label: '@sentry/node',
    sdk: SDK_6,
    needs: '@sentry/node',
    host: 'its own',
    execArgv: ['--import', '@sentry/node/import'],
    setUp: setUpSentry,
  },
  'bare-7': { label: 'bare SDK', sdk: SDK_7, records: false, setUp: () => ({ OpenAI: require(SDK_7) }) },
  'hand-written-7': {
    label: 'hand-written span',
    sdk: SDK_7,
    ...openTelemetry(),
    setUp: () => setUpHandWritten(SDK_7),
  },
  'ours-7': ours('genai-otel', { sdk: SDK_7 }),
};

for (const [name, variant] of Object.entries(variants)) {
  const suffix = variant.sdk === SDK_7 ? '-7' : '';
  Object.assign(variant, { name, baseline: `bare${suffix}`, handWritten: `hand-written${suffix}` });
  variant.records ??= true;
  variant.content ??= false;
  variant.host ??= 'none';
  if (variant.needs && variant.needs !== 'ours') variant.version = versionOf(variant.needs);
}

/** @returns {string | undefined} why the variant cannot run here */
function missing({ needs, sdk }) {
  if (needs === 'ours') return oursIsBuilt() ? undefined : 'not built';
  for (const name of [sdk, needs]) if (name && !versionOf(name)) return `${name} is not installed`;
  return undefined;
}

module.exports = { variants, missing, versionOf };

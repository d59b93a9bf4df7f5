// An application's own start of OpenTelemetry's NodeSDK: the measure of what each variable means, and the host that the
// hook alone serves.
const { getGenAIInstrumentations } = require('@genai-otel/node');
const { NodeSDK, startNodeSdk } = require('@opentelemetry/sdk-node');

const instrumentations = process.env.TEST_HOST_HAS_NO_INSTRUMENTATIONS ? [] : [getGenAIInstrumentations()];
const sdk = process.env.OTEL_CONFIG_FILE ? startNodeSdk({ instrumentations }) : new NodeSDK({ instrumentations });
sdk.start?.();
process.once('beforeExit', () => sdk.shutdown().catch(() => {}));

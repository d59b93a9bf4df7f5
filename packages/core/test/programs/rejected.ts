import { metrics, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { resolveConfig } from '../../src/configuration.ts';
import { observeApiPromise } from '../../src/hooks/observe-api-promise.ts';
import { observeValue } from '../../src/hooks/observe-promise.ts';
import { Recorder } from '../../src/recording/recorder.ts';
import { ApiPromise } from './sdk.ts';

// Rejects a promise that is observed in the way that the first argument says, and handles it or not, as the second one says.
const [way, isHandled] = [process.argv[2], process.argv[3] === 'handled'];

const recorder = new Recorder(resolveConfig({}), {
  tracer: trace.getTracer('test'),
  meter: metrics.getMeter('test'),
  logger: logs.getLogger('test'),
});
const start = () => recorder.start({ operation: 'chat', server: { provider: 'openai' }, request: {} });
const later = async (): Promise<never> => {
  await new Promise(setImmediate);
  throw new Error('refused');
};
const options = { respond: () => ({}), metadata: (status: number) => ({ status }) };

const promises: Record<string, () => Promise<unknown>> = {
  value: () => observeValue(later(), start(), () => ({})) as Promise<unknown>,
  response: () => observeApiPromise(new ApiPromise(later(), async () => 1), start(), options) as Promise<unknown>,
  body: () => observeApiPromise(new ApiPromise(Promise.resolve({}), later), start(), options) as Promise<unknown>,
};
const promise = promises[way ?? '']?.();
if (way === 'body' || isHandled) {
  const awaited = promise?.then(() => undefined);
  if (isHandled) awaited?.catch(() => console.log('handled'));
}

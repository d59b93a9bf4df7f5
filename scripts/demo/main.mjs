import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { renderReport } from '../report/index.mjs';
import { createStyle, wantsColor } from '../report/style.mjs';
import { createForwarder } from './forward.mjs';
import { startModelServer } from './model-server.mjs';
import { startReceiver } from './otlp-receiver.mjs';

const example = fileURLToPath(new URL('../../examples/chat', import.meta.url));
const nodeArguments = ['--import', '@genai-otel/node/register', 'app.js'];
const style = createStyle(wantsColor());
const say = (line = '') => process.stdout.write(`${line}\n`);
const warn = (line) => process.stderr.write(`${line}\n`);

process.exitCode = await main(process.env);

/** @returns {Promise<number>} the exit code */
async function main(env) {
  const useRealApi = Boolean(env.OPENAI_API_KEY);
  const forwarder = createForwarder(env, warn);
  const receiver = await startReceiver(forwarder.forward);
  const modelServer = useRealApi ? undefined : await startModelServer();
  try {
    say(style('bold', `node ${nodeArguments.join(' ')}`) + style('dim', '  in examples/chat'));
    if (useRealApi) {
      say(
        'OPENAI_API_KEY is set: the real API answers. It cannot be told to answer 429 or 401, so these two are left out.',
      );
    } else {
      say(style('dim', 'A model server on this machine answers; set OPENAI_API_KEY to call the real API.'));
    }
    const isDisabled = env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true';
    if (isDisabled) warn('OTEL_SDK_DISABLED is true: nothing will be recorded.');
    say();

    // A real provider refuses and throttles when it wants to, so those steps are for the model server alone.
    const steps = useRealApi ? ['completion', 'tool', 'structured', 'embedding'] : [];
    const code = await runExample(steps, { ...exportTo(receiver.url, env), ...modelServer?.env });
    const delivered = await forwarder.flush();

    say();
    process.stdout.write(renderReport(receiver.telemetry));
    say();
    for (const origin of delivered) say(style('dim', `Sent on to ${origin} as well.`));
    if (code !== 0) warn(`The example ended with exit code ${code}.`);
    // An example that shows nothing has failed, even if it ran.
    return code === 0 && !isDisabled && receiver.telemetry.spans.length === 0 ? 1 : code;
  } finally {
    await Promise.all([receiver.stop(), modelServer?.stop()]);
  }
}

/** The environment with every OTLP exporter led to one endpoint, in JSON; headers, samplers and the rest stay as they are. */
function exportTo(url, env) {
  const own = { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' };
  own.OTEL_SERVICE_NAME ||= 'example-chat';
  for (const signal of ['TRACES', 'METRICS', 'LOGS']) {
    own[`OTEL_${signal}_EXPORTER`] = 'otlp';
    delete own[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`];
    delete own[`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`];
  }
  // It would have every other variable ignored.
  delete own.OTEL_CONFIG_FILE;
  return own;
}

function runExample(steps, env) {
  const child = spawn(process.execPath, [...nodeArguments, ...steps], { cwd: example, env, stdio: 'inherit' });
  const stop = (signal) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      for (const each of ['SIGINT', 'SIGTERM']) process.off(each, stop);
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

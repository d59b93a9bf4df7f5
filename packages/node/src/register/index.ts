/**
 * `@genai-otel/node/register`: the whole of it in one flag, `node --import @genai-otel/node/register app.js`. Starts
 * OpenTelemetry as `OTEL_*` variables say, makes GenAI SDKs patchable, and delivers what was recorded when the process ends.
 */
import { createRequire } from 'node:module';
import { isInternalThread } from 'node:worker_threads';
import { isSdkDisabled } from '../environment.ts';
import { warn } from '../warn.ts';

const registered = Symbol.for('genai-otel.register');
const flags = globalThis as { [registered]?: true };

// A `--require` preload also runs in the thread of asynchronous loader hooks, where there is nothing to do.
if (!flags[registered] && !isInternalThread && !isSdkDisabled()) {
  flags[registered] = true;
  try {
    // Loaded here, so that a process without telemetry does not pay for it.
    (createRequire(__filename)('./start.cjs') as typeof import('./start.ts')).start();
  } catch (error) {
    warn(`could not start, the application runs without telemetry: ${error instanceof Error ? error.message : error}`);
  }
}

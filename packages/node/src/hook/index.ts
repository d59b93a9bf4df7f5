/**
 * `@genai-otel/node/hook`: makes the ES modules of GenAI SDKs patchable, and nothing else. For applications that start
 * OpenTelemetry themselves: `node --import @genai-otel/node/hook app.mjs`.
 */
import { isInternalThread } from 'node:worker_threads';
import { isSdkDisabled } from '../environment.ts';
import { registerModuleHook } from './register-module-hook.ts';

// A `--require` preload also runs in the thread of asynchronous loader hooks, where there is nothing to do.
if (!isInternalThread && !isSdkDisabled()) registerModuleHook();

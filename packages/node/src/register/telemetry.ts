import { createRequire } from 'node:module';
import { context, DiagLogLevel, diag } from '@opentelemetry/api';
import type { SdkPart } from '../sdk/sdk-part.ts';
import { ConsoleOnceLogger } from './console-once-logger.ts';

/** The running SDK, as far as the end of the process is concerned. */
export type Telemetry = Pick<SdkPart, 'flush' | 'flushAtExit'>;

/**
 * Starts OpenTelemetry's own NodeSDK from the environment, or from the file that `OTEL_CONFIG_FILE` names.
 *
 * @returns `undefined` when the configuration says that nothing should run, or cannot be used
 */
export function startTelemetry(): Telemetry | undefined {
  const configured = Boolean(process.env.OTEL_CONFIG_FILE?.trim());
  if (!configured && !process.env.OTEL_LOG_LEVEL?.trim()) reportProblems();
  const sdk = createRequire(__filename)(configured ? './sdk/declarative.cjs' : './sdk/node-sdk.cjs') as SdkPart;
  sdk.start();
  return isStarted() ? sdk : undefined;
}

/** NodeSDK says nothing about bad values unless `OTEL_LOG_LEVEL` is set; whoever mistypes one should hear of it. */
function reportProblems(): void {
  diag.setLogger(new ConsoleOnceLogger(), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
}

/** A context manager is the one thing that an SDK always registers when it starts. */
function isStarted(): boolean {
  const key = Symbol('probe');
  return context.with(context.active().setValue(key, true), () => context.active().getValue(key) === true);
}

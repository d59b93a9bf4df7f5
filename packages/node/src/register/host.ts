import { trace } from '@opentelemetry/api';
import { warn } from '../warn.ts';

/** What all copies of `@opentelemetry/api` 1.x share. */
interface GlobalApi {
  version: string;
  trace?: unknown;
}

/**
 * Whether somebody, such as a preload of the application's own or another vendor's, has registered a tracer provider
 * before us: then it is the host, and its OpenTelemetry is left as it is.
 */
export function findHost(): 'none' | 'present' | 'incompatible' {
  const global = (globalThis as { [key: symbol]: unknown })[Symbol.for('opentelemetry.js.api.1')] as
    | GlobalApi
    | undefined;
  if (global?.trace === undefined) return 'none';
  if (trace.getTracerProvider() === global.trace) return 'present';
  warn(
    `a copy of @opentelemetry/api ${global.version} has registered a tracer provider, which the newer copy beside ` +
      'this package cannot use: nothing is recorded. Install one version of @opentelemetry/api for both.',
  );
  return 'incompatible';
}

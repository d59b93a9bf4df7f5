/**
 * Stands in for `@opentelemetry/instrumentation` inside the SDK bundle: instrumentations get their providers from
 * `register` itself, so the SDK needs none of that package's module hooking.
 */
export function registerInstrumentations(): () => void {
  return () => {};
}

const defaultMillis = 2000;

/**
 * How long the end of the process may wait for the last export: `OTEL_BSP_EXPORT_TIMEOUT`, which says how long one
 * export may take, or two seconds.
 *
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#batch-span-processor
 */
export function exitBoundMillis(): number {
  const configured = Number(process.env.OTEL_BSP_EXPORT_TIMEOUT?.trim() || Number.NaN);
  return configured > 0 ? configured : defaultMillis;
}

import { type Context, trace } from '@opentelemetry/api';
import { warnOnce } from '../guard.ts';

/** What spans of the OpenTelemetry SDK tell of who made them; the second name is that of SDK 1.x. */
interface ScopedSpan {
  instrumentationScope?: { name?: string };
  instrumentationLibrary?: { name?: string };
}

/**
 * Whether the call is recorded already by another instrumentation of the same SDK, whose span is active. Two spans and two points for
 * one call would double its tokens and its cost, so ours stays silent, and says so once.
 *
 * @param emitters instrumentation scopes that record the calls of this SDK.
 */
export function isRecordedByOther(context: Context, emitters: readonly string[]): boolean {
  if (emitters.length === 0) return false;
  const span = trace.getSpan(context) as ScopedSpan | undefined;
  const scope = span?.instrumentationScope?.name ?? span?.instrumentationLibrary?.name;
  if (scope === undefined || !emitters.includes(scope)) return false;
  warnOnce(
    `${scope} records these calls too, so they are left to it and counted once; take one of the two out, ` +
      `as with OTEL_NODE_DISABLED_INSTRUMENTATIONS=openai for the automatic instrumentations of OpenTelemetry`,
  );
  return true;
}

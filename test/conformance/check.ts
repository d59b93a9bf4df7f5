import { type CheckContext, createContext, isJudged } from './context.ts';
import { checkEvents } from './events.ts';
import { checkMetrics } from './metrics.ts';
import { checkSpans } from './spans.ts';
import type { ConformanceOptions, Recorded, Scope, Signal, Violation } from './types.ts';

export type { ConformanceOptions, Recorded, Signal, Violation } from './types.ts';

/**
 * Checks recorded telemetry against the GenAI semantic conventions. Telemetry that has nothing to do with them (an HTTP
 * span, a metric of the SDK itself) is left alone. The rules stand in README.md; an empty list means conformance.
 */
export function checkConformance(recorded: Recorded, options: ConformanceOptions): Violation[] {
  const violations: Violation[] = [];
  const context = createContext(recorded, options, (violation) => violations.push(violation));
  checkScopes(context);
  checkSpans(context);
  checkMetrics(context);
  checkEvents(context);
  return violations;
}

/** Rules `scope_version` and `scope_schema_url`, once for each scope and signal. */
function checkScopes(context: CheckContext): void {
  const seen = new Set<string>();
  const check = (signal: Signal, scope: Scope, names: string[]) => {
    const key = JSON.stringify([signal, scope.name, scope.version, scope.schemaUrl]);
    if (seen.has(key) || !isJudged(context, scope, names)) return;
    seen.add(key);
    const violate = (rule: string, detail: string) => context.report({ rule, signal, name: scope.name, detail });
    if (!scope.version) violate('scope_version', 'no version');
    if (scope.schemaUrl !== context.model.schemaUrl) {
      violate('scope_schema_url', `${scope.schemaUrl}, expected ${context.model.schemaUrl}`);
    }
  };
  const { spans, metrics, logs } = context.recorded;
  for (const span of spans) check('span', span.instrumentationScope, Object.keys(span.attributes));
  for (const { scope, metrics: ofScope } of metrics.flatMap((resource) => resource.scopeMetrics)) {
    check(
      'metric',
      scope,
      ofScope.map((metric) => metric.descriptor.name),
    );
  }
  for (const log of logs) {
    check('event', log.instrumentationScope, [log.eventName ?? '', ...Object.keys(log.attributes)]);
  }
}

import type { ConventionVersion } from './attribute-table.ts';

/** Which names are written. Spans and events carry one set; `dup` doubles the metrics. */
export interface Convention {
  /** The version of span and event attributes. */
  version: ConventionVersion;
  /** The versions of metrics, one or both. */
  metricVersions: readonly ConventionVersion[];
  schemaUrl: string;
}

const SCHEMA_URLS: Record<ConventionVersion, string> = {
  '1.41.0': 'https://opentelemetry.io/schemas/1.41.0',
  latest: 'https://opentelemetry.io/schemas/gen-ai-dev/1.42.0-dev',
};

/**
 * Reads `OTEL_SEMCONV_STABILITY_OPT_IN`: a comma-separated list in which `gen_ai_latest_experimental` asks for the latest GenAI
 * convention and `gen_ai_latest_experimental/dup` for both sets of metrics. Values of other domains are not ours to judge.
 */
export function resolveConvention(optIn: string | undefined): Convention {
  const values = (optIn ?? '').split(',').map((value) => value.trim());
  const both = values.includes('gen_ai_latest_experimental/dup');
  const version = both || values.includes('gen_ai_latest_experimental') ? 'latest' : '1.41.0';
  return {
    version,
    metricVersions: both ? ['1.41.0', 'latest'] : [version],
    schemaUrl: SCHEMA_URLS[version],
  };
}

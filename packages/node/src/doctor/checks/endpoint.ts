import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Application } from '../application.ts';
import type { Check, Result } from '../report.ts';
import { type ExporterSettings, readExporterSettings, type Signal, signals } from './exporter-settings.ts';
import { type Reach, reach } from './reach.ts';

export interface ExporterReport {
  signal: Signal;
  /** As named in `OTEL_<SIGNAL>_EXPORTER`; `file` if `OTEL_CONFIG_FILE` decides. */
  exporter: string;
  protocol?: string;
  /** Without credentials and query. */
  endpoint?: string;
  /** How many request headers are set. */
  headers?: number;
  /** Whether the endpoint took an empty export or, for gRPC, a connection. Absent if nothing was sent. */
  answers?: boolean;
  /** The HTTP status of the answer. */
  status?: number;
  /** What is wrong, each in one line. */
  faults: string[];
}

/** Whether telemetry would arrive where `OTEL_*` variables send it. */
export async function checkExporters(
  application: Application,
  environment: NodeJS.ProcessEnv,
): Promise<Check<ExporterReport[]>> {
  const file = environment.OTEL_CONFIG_FILE?.trim();
  if (file) return configuredByFile(resolve(application.directory, file), file);
  const settings = signals.flatMap((signal) => readExporterSettings(signal, environment));
  const checks = await Promise.all(settings.map(checkExporter));
  return { data: checks.map(({ data }) => data), results: checks.map(({ results: [result] }) => result as Result) };
}

function configuredByFile(path: string, file: string): Check<ExporterReport[]> {
  const exists = existsSync(path);
  const faults = exists ? [] : [`OTEL_CONFIG_FILE: ${file} does not exist`];
  return {
    data: signals.map((signal) => ({ signal, exporter: 'file', faults })),
    results: [
      {
        level: exists ? 'note' : 'warning',
        label: 'exporters',
        text: exists
          ? `OTEL_CONFIG_FILE=${file} decides; its endpoints are not tried`
          : `OTEL_CONFIG_FILE: ${file} does not exist`,
        action: exists ? undefined : 'Correct or unset OTEL_CONFIG_FILE.',
      },
    ],
  };
}

async function checkExporter(settings: ExporterSettings): Promise<Check<ExporterReport>> {
  const { signal, exporter, protocol, endpoint, headers, faults } = settings;
  const reached = endpoint === undefined ? undefined : await reach(endpoint, settings);
  const shown = endpoint === undefined ? undefined : displayUrl(endpoint);
  const problem = reached === undefined ? undefined : explain(reached, settings);
  const faultTexts = faults.map(({ variable, text }) => `${variable}: ${text}`);
  const data: ExporterReport = {
    signal,
    exporter,
    ...(protocol === undefined ? {} : { protocol, headers: Object.keys(headers).length }),
    ...(shown === undefined ? {} : { endpoint: shown, answers: problem === undefined }),
    ...(reached !== undefined && 'status' in reached ? { status: reached.status } : {}),
    faults: problem === undefined ? faultTexts : [...faultTexts, problem.text],
  };
  const variables = [...new Set(faults.map(({ variable }) => variable))];
  const actions = [problem?.action, variables.length > 0 ? `Correct ${variables.join(', ')}.` : undefined];
  return {
    data,
    results: [
      {
        level: data.faults.length > 0 ? 'warning' : shown === undefined ? 'note' : 'ok',
        label: signal,
        text:
          [exporter, protocol, shown].filter((part) => part !== undefined).join(' ') +
          outcome(settings, reached, problem?.text),
        ...(faultTexts.length > 0 ? { details: faultTexts } : {}),
        action: actions.filter((action) => action !== undefined).join(' ') || undefined,
      },
    ],
  };
}

function outcome({ exporter }: ExporterSettings, reached: Reach | undefined, problem: string | undefined): string {
  if (problem !== undefined) return `: ${problem}`;
  if (reached !== undefined) return 'status' in reached ? `: answers ${reached.status}` : ': takes connections';
  const texts: Record<string, string> = {
    none: ': nothing is exported, as configured',
    console: ': written to standard output',
    prometheus: ': served by the application, for Prometheus to fetch',
  };
  return texts[exporter] ?? ': nothing is exported';
}

function explain(reached: Reach, { signal, exporter }: ExporterSettings): { text: string; action: string } | undefined {
  if ('connected' in reached) return undefined;
  const scope = exporter === 'zipkin' ? 'OTEL_EXPORTER_ZIPKIN' : 'OTEL_EXPORTER_OTLP';
  if ('failure' in reached) {
    return {
      text: reached.failure,
      action: `Start the collector, correct ${scope}_ENDPOINT, or set OTEL_${signal.toUpperCase()}_EXPORTER=none.`,
    };
  }
  const { status } = reached;
  if (status >= 200 && status < 300) return undefined;
  if (status === 401 || status === 403)
    return { text: `refuses the credentials (${status})`, action: `Check ${scope}_HEADERS.` };
  if (status === 404)
    return {
      text: 'answers 404: nothing takes this signal there',
      action: `Check the path of ${scope}_ENDPOINT, and whether the receiver takes ${signal}.`,
    };
  return {
    text: `answers ${status} to an empty export`,
    action: 'Check that this is an OTLP receiver, and its own log.',
  };
}

/** Without credentials, and without a query, which may hold a key. */
function displayUrl(url: URL): string {
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  shown.search = '';
  shown.hash = '';
  return shown.href;
}

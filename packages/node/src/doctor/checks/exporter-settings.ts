/** What `OTEL_*` variables say about exporters, as OpenTelemetry's NodeSDK reads them. */

export const signals = ['traces', 'metrics', 'logs'] as const;
export type Signal = (typeof signals)[number];

export interface ExporterSettings {
  signal: Signal;
  /** As named in `OTEL_<SIGNAL>_EXPORTER`. */
  exporter: string;
  protocol?: 'http/protobuf' | 'http/json' | 'grpc';
  /** Where the exporter sends to. Absent if it does not send, or the setting cannot be used. */
  endpoint?: URL;
  /** Request headers. Their values are secret. */
  headers: Record<string, string>;
  /** What is wrong with a setting, and the variable that it is in. */
  faults: { variable: string; text: string }[];
}

const protocols = ['http/protobuf', 'http/json', 'grpc'] as const;
const fallback = 'http/protobuf';
const known: Record<Signal, readonly string[]> = {
  traces: ['otlp', 'console', 'zipkin', 'none'],
  metrics: ['otlp', 'console', 'prometheus', 'none'],
  logs: ['otlp', 'console', 'none'],
};

/** The exporters of one signal. */
export function readExporterSettings(signal: Signal, environment: NodeJS.ProcessEnv): ExporterSettings[] {
  const variable = `OTEL_${signal.toUpperCase()}_EXPORTER`;
  const listed = (environment[variable] ?? '').split(',').flatMap((name) => name.trim() || []);
  const names = listed.length === 0 ? ['otlp'] : [...new Set(listed)];
  return names.map((exporter) => {
    const settings: ExporterSettings = { signal, exporter, headers: {}, faults: [] };
    if (!known[signal].includes(exporter)) {
      settings.faults.push({
        variable,
        text: `"${exporter.slice(0, 40)}" is not an exporter; known: ${known[signal].join(', ')}`,
      });
    } else if (exporter === 'otlp') {
      readOtlp(settings, environment);
    } else if (exporter === 'zipkin') {
      const value = environment.OTEL_EXPORTER_ZIPKIN_ENDPOINT?.trim() || 'http://localhost:9411/api/v2/spans';
      setEndpoint(settings, 'OTEL_EXPORTER_ZIPKIN_ENDPOINT', value, '');
    }
    return settings;
  });
}

/** A variable of the signal, which wins over the one for all signals. */
export function otlpVariable(signal: Signal, name: string, environment: NodeJS.ProcessEnv) {
  const own = `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_${name}`;
  const common = `OTEL_EXPORTER_OTLP_${name}`;
  const value = environment[own]?.trim();
  if (value) return { variable: own, value, isOwn: true };
  return { variable: common, value: environment[common]?.trim() || undefined, isOwn: false };
}

function readOtlp(settings: ExporterSettings, environment: NodeJS.ProcessEnv): void {
  const { signal, faults } = settings;
  const protocol = otlpVariable(signal, 'PROTOCOL', environment);
  settings.protocol = protocols.find((each) => each === protocol.value) ?? fallback;
  if (protocol.value !== undefined && protocol.value !== settings.protocol) {
    faults.push({
      variable: protocol.variable,
      text: `"${protocol.value.slice(0, 40)}" is not a protocol; ${fallback} is used. Known: ${protocols.join(', ')}`,
    });
  }
  const { variable, value, isOwn } = otlpVariable(signal, 'ENDPOINT', environment);
  const isGrpc = settings.protocol === 'grpc';
  const given = value ?? (isGrpc ? 'http://localhost:4317' : 'http://localhost:4318');
  // For gRPC a host and a port are enough.
  const url = isGrpc && !given.includes('://') ? `http://${given}` : given;
  setEndpoint(settings, variable, url, isGrpc || isOwn ? '' : `v1/${signal}`);
  readHeaders(settings, environment);
}

function setEndpoint(settings: ExporterSettings, variable: string, value: string, path: string): void {
  const url = URL.parse(value);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    settings.faults.push({ variable, text: 'is not a URL that starts with http:// or https://' });
    return;
  }
  if (path !== '') url.pathname = `${url.pathname.replace(/\/$/, '')}/${path}`;
  settings.endpoint = url;
}

function readHeaders({ signal, headers, faults }: ExporterSettings, environment: NodeJS.ProcessEnv): void {
  for (const variable of ['OTEL_EXPORTER_OTLP_HEADERS', `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_HEADERS`]) {
    const entries = (environment[variable] ?? '').split(',').map((entry) => entry.trim());
    for (const [index, entry] of entries.entries()) {
      if (entry === '') continue;
      const equals = entry.indexOf('=');
      const name = entry.slice(0, Math.max(equals, 0)).trim();
      // What is malformed is not shown: it may be the secret itself.
      if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name)) {
        faults.push({ variable, text: `entry ${index + 1} is not of the form name=value` });
        continue;
      }
      headers[name.toLowerCase()] = decode(entry.slice(equals + 1).trim());
    }
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

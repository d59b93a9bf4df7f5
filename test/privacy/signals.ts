import { type DiagLogFunction, DiagLogLevel, diag } from '@opentelemetry/api';
import type { InMemoryRecorded } from '../conformance/record.ts';

/** Everything that leaves the process, as text. */
export interface Signals {
  spans: string;
  metrics: string;
  events: string;
  /** What went to `diag` and to the console. */
  messages: string;
}

export function toSignals({ spans, metrics, logs }: InMemoryRecorded, messages: string): Signals {
  return {
    spans: spans
      .map(({ name, status, attributes, events, links, resource, instrumentationScope }) =>
        text({ name, status, attributes, events, links, resource: resource.attributes, instrumentationScope }),
      )
      .join('\n'),
    metrics: text(metrics.map(({ scopeMetrics }) => scopeMetrics)),
    events: logs
      .map(({ eventName, body, attributes, severityText, resource, instrumentationScope }) =>
        text({ eventName, body, attributes, severityText, resource: resource.attributes, instrumentationScope }),
      )
      .join('\n'),
    messages,
  };
}

const text = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) => (inner instanceof Map ? [...inner] : inner)) ?? '';

/** Keeps what is said to `diag`, on every level, and to the console. */
export function listen(): { said(): string; stop(): void } {
  const said: string[] = [];
  const keep: DiagLogFunction = (...args) => void said.push(args.map(String).join(' '));
  diag.setLogger(
    { error: keep, warn: keep, info: keep, debug: keep, verbose: keep },
    { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true },
  );
  const names = ['log', 'info', 'warn', 'error', 'debug'] as const;
  const originals = names.map((name) => console[name]);
  for (const name of names) console[name] = (...args: unknown[]) => void said.push(args.map(String).join(' '));
  return {
    said: () => said.join('\n'),
    stop: () => {
      for (const [index, name] of names.entries()) console[name] = originals[index] as () => void;
      diag.disable();
    },
  };
}

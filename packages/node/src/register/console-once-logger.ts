import type { DiagLogger } from '@opentelemetry/api';
import { warn } from '../warn.ts';

/** NodeSDK's remarks on `OTEL_TRACES_EXPORTER=none`, which is a choice, and on an export in the very first milliseconds. */
const expected = /contains "none"\. SDK will not be initialized|before async attributes settled/;

/** Writes warnings and errors of OpenTelemetry to standard error, each in one line and once. */
export class ConsoleOnceLogger implements DiagLogger {
  readonly #written = new Set<string>();

  error(...parts: unknown[]): void {
    this.#write(parts);
  }

  warn(...parts: unknown[]): void {
    this.#write(parts);
  }

  info(): void {}

  debug(): void {}

  verbose(): void {}

  #write(parts: unknown[]): void {
    const line = parts.map(describe).join(' ');
    if (expected.test(line) || this.#written.has(line)) return;
    this.#written.add(line);
    warn(line);
  }
}

/** One line for whatever OpenTelemetry logs; its error handler passes errors as JSON with their stacks. */
function describe(part: unknown): string {
  if (part instanceof Error) return part.message;
  if (typeof part !== 'string') return String(part);
  if (!part.startsWith('{')) return part.replace(/\n\s+at .*/s, '').replaceAll(/\s*\n\s*/g, ' ');
  try {
    const { message, name } = JSON.parse(part) as { message?: string; name?: string };
    return message ?? name ?? part;
  } catch {
    return part;
  }
}

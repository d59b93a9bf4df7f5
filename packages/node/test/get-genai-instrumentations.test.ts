import { type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { getGenAIInstrumentations } from '../src/index.ts';

const openai = '@genai-otel/instrumentation-openai';
let warnings: string[];

beforeEach(() => {
  warnings = [];
  const ignore = () => {};
  const logger: DiagLogger = {
    error: ignore,
    warn: (message) => warnings.push(message),
    info: ignore,
    debug: ignore,
    verbose: ignore,
  };
  diag.setLogger(logger, DiagLogLevel.WARN);
});
afterEach(() => diag.disable());

describe('getGenAIInstrumentations', () => {
  it('gives one instrumentation for each supported SDK', () => {
    expect(getGenAIInstrumentations().map(({ instrumentationName }) => instrumentationName)).toEqual([openai]);
    expect(warnings).toEqual([]);
  });

  it('gives common options to all, and lets those of one instrumentation win', () => {
    const [instrumentation] = getGenAIInstrumentations({
      captureContent: 'SPAN_ONLY',
      captureUserId: true,
      [openai]: { captureContent: 'NO_CONTENT', injectStreamUsage: true },
    });
    expect(instrumentation?.getConfig()).toMatchObject({
      captureContent: 'NO_CONTENT',
      captureUserId: true,
      injectStreamUsage: true,
    });
    expect(warnings).toEqual([]);
  });

  it('gives an instrumentation that is switched off, so that it can be switched on', () => {
    const [instrumentation] = getGenAIInstrumentations({ [openai]: { enabled: false } });
    expect(instrumentation?.getConfig()).toMatchObject({ enabled: false });
  });

  it('names all unknown options in one warning, with what is known', () => {
    const mistyped = { captureContents: true, '@genai-otel/instrumentation-opnai': {} };
    expect(getGenAIInstrumentations(mistyped as object)).toHaveLength(1);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(
      /captureContents, @genai-otel\/instrumentation-opnai\..*captureContent,.*instrumentation-openai/,
    );
  });
});

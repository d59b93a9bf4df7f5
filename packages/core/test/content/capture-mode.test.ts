import { diag } from '@opentelemetry/api';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { parseContentCaptureMode } from '../../src/content/index.ts';

const VARIABLE = 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT';

describe('the content capture mode', () => {
  const warn = vi.spyOn(diag, 'warn');
  afterEach(() => warn.mockClear());

  it('is read in any case and without surrounding blanks', () => {
    expect(parseContentCaptureMode('span_only', VARIABLE)).toBe('SPAN_ONLY');
    expect(parseContentCaptureMode('Event_Only', VARIABLE)).toBe('EVENT_ONLY');
    expect(parseContentCaptureMode(' SPAN_AND_EVENT ', VARIABLE)).toBe('SPAN_AND_EVENT');
    expect(parseContentCaptureMode('no_content', VARIABLE)).toBe('NO_CONTENT');
    expect(warn).not.toHaveBeenCalled();
  });

  it('is NO_CONTENT in silence when nothing is set', () => {
    expect(parseContentCaptureMode(undefined, VARIABLE)).toBe('NO_CONTENT');
    expect(parseContentCaptureMode('', VARIABLE)).toBe('NO_CONTENT');
    expect(warn).not.toHaveBeenCalled();
  });

  it.each(['true', 'false', true, 1, {}, 'SPAN', '__proto__'])('captures nothing for %j and warns once', (value) => {
    expect(parseContentCaptureMode(value, VARIABLE)).toBe('NO_CONTENT');
    expect(warn).toHaveBeenCalledTimes(1);
    const message = String(warn.mock.calls[0]?.[0]);
    expect(message).toContain(VARIABLE);
    expect(message).toContain('NO_CONTENT, SPAN_ONLY, EVENT_ONLY, SPAN_AND_EVENT');
  });

  it('echoes no more than 40 characters of a bad value', () => {
    parseContentCaptureMode('x'.repeat(1000), VARIABLE);
    expect(String(warn.mock.calls[0]?.[0])).toMatch(/"x{40}"/);
  });
});

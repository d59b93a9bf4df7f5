import { DiagLogLevel, diag } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { guard, reportFault, warnOnce } from '../src/guard.ts';
import { hearDiagnostics } from './support.ts';

const heard = hearDiagnostics();
const fail = (error: unknown) => () => {
  throw error;
};

describe('a fault of ours', () => {
  it('is reported once for each place and class, and gives undefined', () => {
    for (let times = 0; times < 3; times++) expect(guard('a place', fail(new TypeError('x')))).toBeUndefined();
    expect(heard.errors).toHaveLength(1);
    expect(heard.errors[0]).toMatch(/^genai-otel: TypeError in a place \(at .*guard\.test\.ts:\d+:\d+\)/);
    guard('a place', fail(new RangeError('x')));
    guard('another place', fail(new TypeError('x')));
    expect(heard.errors).toHaveLength(3);
  });

  it('that is no fault gives what the step gives', () => {
    expect(guard('fine', () => 0)).toBe(0);
    expect(heard.all()).toEqual([]);
  });

  it.each([
    ['its message', () => new Error('my secret')],
    ['a message of several lines', () => new Error('x\nmy secret')],
    ['a message that looks like frames', () => new Error('x\n    at my secret (file:1:1)')],
    ['a text that is thrown', () => 'my secret'],
    ['malformed JSON', () => thrownBy(() => JSON.parse('\n    at my secret'))],
    ['a cause', () => new Error('x', { cause: new Error('my secret') })],
    ['a name', () => Object.assign(new Error('x'), { name: 'this is my secret' })],
  ])('is reported without %s', (what, create) => {
    reportFault(`content of ${what}`, create());
    expect(heard.errors).toHaveLength(1);
    expect(heard.errors[0]).not.toContain('my secret');
  });

  it.each([
    [
      'getters that throw',
      () => Object.defineProperties(new Error('x'), { name: { get: fail(1) }, stack: { get: fail(1) } }),
    ],
    ['a name that is a symbol', () => Object.assign(new Error('x'), { name: Symbol('name') })],
    ['a stack that is no text', () => Object.assign(new Error('x'), { stack: 5 })],
    ['a proxy', () => new Proxy({}, { getPrototypeOf: fail(1), get: fail(1) })],
    ['nothing', () => undefined],
    ['a symbol', () => Symbol('x')],
    ['an object without a prototype', () => Object.create(null)],
  ])('never reaches the application: %s', (what, create) => {
    expect(guard(`hostile: ${what}`, fail(create()))).toBeUndefined();
    expect(heard.errors).toHaveLength(1);
  });

  it('never reaches the application, also where the logger of the application throws', () => {
    const broken = fail(new Error('no log'));
    diag.setLogger(
      { error: broken, warn: broken, info: broken, debug: broken, verbose: broken },
      { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
    );
    expect(guard('a broken logger', fail(new Error('x')))).toBeUndefined();
    expect(() => warnOnce('to a broken logger')).not.toThrow();
  });
});

it('a warning is given once', () => {
  for (let times = 0; times < 3; times++) warnOnce('mind this');
  warnOnce('mind that');
  expect(heard.warnings).toEqual(['genai-otel: mind this', 'genai-otel: mind that']);
});

function thrownBy(step: () => unknown): unknown {
  try {
    return step();
  } catch (error) {
    return error;
  }
}

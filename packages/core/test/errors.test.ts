import fc from 'fast-check';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { errorClass, errorType, httpStatus } from '../src/errors/error-type.ts';
import { describeException } from '../src/errors/exception.ts';
import { chat, createRecorder, hearDiagnostics, histogramOf } from './support.ts';

hearDiagnostics();

class TimeoutError extends Error {}
class ReadTimeout extends Error {}
const named = (name: string) => Object.assign(new Error('x'), { name });
const coded = (code: unknown, more = {}) => Object.assign(new Error('x'), { code }, more);
const causedBy = (cause: unknown) => new Error('fetch failed', { cause });
const api = (status: number, body: object | undefined) => OpenAI.APIError.generate(status, body, 'm', new Headers());

function circular(): Error {
  const first = new Error('first') as Error & { cause: unknown; error: unknown };
  first.cause = new Error('second', { cause: first });
  first.error = first;
  return first;
}

describe('error.type', () => {
  it.each([
    ['abort', 'an abort of the platform', new DOMException('This operation was aborted', 'AbortError')],
    ['abort', 'an abort of the SDK', new OpenAI.APIUserAbortError()],
    ['abort', 'an error that is named an abort', named('AbortError')],
    ['timeout', 'a timeout of the platform', new DOMException('timed out', 'TimeoutError')],
    ['timeout', 'a timeout of the SDK', new OpenAI.APIConnectionTimeoutError()],
    ['timeout', 'a class of timeouts', new TimeoutError('x')],
    ['timeout', 'another class of timeouts', new ReadTimeout('x')],
    ['timeout', 'a timeout of the socket', coded('ETIMEDOUT')],
    ['timeout', 'a timeout below fetch', causedBy(coded('UND_ERR_HEADERS_TIMEOUT'))],
    ['timeout', 'a timeout two causes deep', causedBy(causedBy(named('TimeoutError')))],
    ['connection', 'a connection error of the SDK', new OpenAI.APIConnectionError({ cause: undefined })],
    ['connection', 'a refused connection', coded('ECONNREFUSED')],
    ['connection', 'a connection that was reset below fetch', causedBy(coded('ECONNRESET'))],
    ['connection', 'a host without a name', causedBy(coded('ENOTFOUND'))],
    ['connection', 'a certificate that is not accepted', causedBy(coded('CERT_HAS_EXPIRED'))],
    ['connection', 'a socket that was closed', causedBy(coded('UND_ERR_SOCKET'))],
    [
      'rate_limit_exceeded',
      'the code of the provider',
      api(429, { error: { code: 'rate_limit_exceeded', type: 't' } }),
    ],
    [
      'invalid_request_error',
      'the type, where there is no code',
      api(400, { error: { type: 'invalid_request_error' } }),
    ],
    [
      'overloaded_error',
      'a body that is wrapped once more',
      { status: 529, error: { error: { type: 'overloaded_error' } } },
    ],
    ['429', 'the status, where nothing is named', api(429, undefined)],
    [
      '503',
      'the status, where the code is a sentence',
      api(503, { error: { code: 'Please try again later', type: null } }),
    ],
    ['503', 'the status, where the code is a number', { status: 503, code: 17 }],
    ['404', 'a status by another name', { statusCode: 404 }],
    ['TypeError', 'the class of anything else', new TypeError('x')],
    ['SyntaxError', 'malformed JSON', new SyntaxError('x')],
    ['Error', 'a plain error', new Error('x')],
    ['Error', 'an error of no known cause', causedBy(new Error('y'))],
    ['Error', 'causes in a circle', circular()],
    ['Object', 'an object that is no error', { message: 'x' }],
    ['_OTHER', 'a text', 'rate_limit_exceeded'],
    ['_OTHER', 'null', null],
    ['_OTHER', 'nothing', undefined],
    ['_OTHER', 'a number', 500],
  ])('is %s for %s', (expected, _what, error) => {
    expect(errorType(error)).toBe(expected);
  });

  it('is always an identifier, so that no text of a prompt becomes an attribute of metrics', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('insufficient_quota', 'a b', ''));
    const shape = fc.record(
      { name: text, code: text, type: text, status: fc.integer(), error: fc.record({ code: text, type: text }) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(shape, (fields) => {
        expect(errorType(fields)).toMatch(/^[A-Za-z][\w.:-]{0,63}$|^[1-5]\d\d$/);
        expect(errorType(Object.assign(new Error('x'), fields))).toMatch(/^[A-Za-z][\w.:-]{0,63}$|^[1-5]\d\d$/);
      }),
      { numRuns: 150 },
    );
  });
});

describe('httpStatus', () => {
  it.each([
    [{ status: 200 }, 200],
    [{ status: 599 }, 599],
    [{ status: 600 }, undefined],
    [{ status: 99 }, undefined],
    [{ status: '500' }, undefined],
    [{ status: 500.5 }, undefined],
    [{ status: Number.NaN }, undefined],
    [null, undefined],
    ['500', undefined],
  ])('of %j is %s', (error, status) => expect(httpStatus(error)).toBe(status));
});

describe('the class of an error', () => {
  it.each([
    [new RangeError('x'), 'RangeError'],
    [Object.create(null), 'Error'],
    [Object.assign(Object.create(null), { name: 'Custom' }), 'Custom'],
    [new (class extends Error {})('x'), 'Error'],
    ['text', 'string'],
    [undefined, 'undefined'],
    [null, 'object'],
  ])('%# is %s', (error, name) => expect(errorClass(error)).toBe(name));
});

/** Errors that fight back when they are looked at. */
const fail = () => {
  throw new Error('do not look');
};
const hostile: [string, () => unknown][] = [
  [
    'getters that throw',
    () => Object.defineProperties(new Error('x'), { message: { get: fail }, stack: { get: fail } }),
  ],
  ['a constructor that throws', () => Object.defineProperty(new Error('x'), 'constructor', { get: fail })],
  ['a code that throws', () => Object.defineProperty(new Error('x'), 'code', { get: fail })],
  ['a name that throws', () => Object.defineProperty({}, 'name', { get: fail })],
  ['a status that throws', () => Object.defineProperty(new Error('x'), 'status', { get: fail })],
  ['a proxy that throws', () => new Proxy(new Error('x'), { get: fail, has: fail, getPrototypeOf: fail })],
  [
    'a proxy that was revoked',
    () => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      return proxy;
    },
  ],
  [
    'fields of wrong types',
    () => Object.assign(new Error('x'), { name: Symbol('n'), message: 1, stack: {}, code: {} }),
  ],
  ['no prototype', () => Object.create(null)],
  ['causes in a circle', circular],
  ['a text', () => 'just text'],
  ['nothing', () => undefined],
  ['null', () => null],
  ['a symbol', () => Symbol('s')],
  ['a big integer', () => 10n],
  ['a function', () => fail],
];

describe('an error that fights back', () => {
  it.each(hostile)('%s: describing it does not throw', (_what, create) => {
    expect(() => describeException(create())).not.toThrow();
  });

  it.each(hostile)('%s: the recording fails with an error.type, a status and a point', async (_what, create) => {
    const { recorder, memory } = createRecorder({ captureContent: 'SPAN_AND_EVENT' });
    const recording = recorder.start(chat());
    recording.fail(create());
    const { spans, metrics } = await memory.collect();
    expect(spans).toHaveLength(1);
    expect(spans[0]?.attributes['error.type']).toMatch(/^[A-Za-z_]\w*$/);
    expect(spans[0]?.status.code).toBe(2);
    const [point] = histogramOf(metrics, 'gen_ai.client.operation.duration');
    expect(point?.attributes['error.type']).toBe(spans[0]?.attributes['error.type']);
  });
});

describe('the frames of an error', () => {
  const secretLine = 'my secret is 4711';

  /** Errors from one place: all of them have the same frames. */
  const make = (message: string, name?: string) => {
    const create = (text: string) => {
      const previous = Error.prototype.name;
      if (name !== undefined) Error.prototype.name = name;
      try {
        return new Error(text);
      } finally {
        Error.prototype.name = previous;
      }
    };
    return [message, 'plain'].map((text) => describeException(create(text)).frames);
  };

  const line = fc.oneof(
    fc.string(),
    fc.constantFrom(
      '    at secret (/home/me/secret.txt:1:1)',
      '\tat secret',
      '   at new Secret (file:///secret.js:1:2)',
      'Error: inner',
      '',
      ' ',
      ':',
      'plain',
    ),
  );
  const messages = fc.array(line, { maxLength: 6 }).map((lines) => lines.join('\n'));

  it('are the same for any message, one that looks like frames included', () => {
    fc.assert(
      fc.property(messages, (message) => {
        const [frames, plain] = make(message);
        expect(frames).toBeDefined();
        expect(frames).toBe(plain);
      }),
      { numRuns: 1000 },
    );
  });

  it('are the same for messages that repeat the name of the class', () => {
    for (const message of ['Error', 'Error: Error', 'r', ': ', 'Error: \n    at secret (x:1:1)', '\n', '\n    at x']) {
      const [frames, plain] = make(message);
      expect(frames, JSON.stringify(message)).toBe(plain);
    }
  });

  it('never quote a message that was changed after the fact', () => {
    const original = `first\n    at ${secretLine} (x:1:1)`;
    for (const changed of ['', 'first', 'other', 'Error', 'x']) {
      const error = new Error(original);
      // The header of a stack is written when the stack is first looked at.
      expect(error.stack).toContain(secretLine);
      error.message = changed;
      expect(describeException(error).frames ?? '', JSON.stringify(changed)).not.toContain(secretLine);
    }
  });

  it('never quote the body of an answer that the SDK put into the message', () => {
    const error = api(400, { message: `bad\n    at ${secretLine}`, error: { message: `bad\n    at ${secretLine}` } });
    expect(error.stack).toContain(secretLine);
    expect(describeException(error).frames).not.toContain(secretLine);
  });

  it('are absent where there is no stack', () => {
    const error = new Error('x');
    delete (error as { stack?: string }).stack;
    expect(describeException(error).frames).toBeUndefined();
    expect(describeException({ message: 'x', stack: 'no frames here' }).frames).toBeUndefined();
    expect(describeException('text')).toEqual({ type: 'string', message: 'text', frames: undefined });
  });

  it('stand in the exception event without the message, unless content is captured', async () => {
    const error = new Error(`${secretLine}\n    at ${secretLine}`);
    for (const captureContent of ['NO_CONTENT', 'SPAN_ONLY', 'EVENT_ONLY'] as const) {
      const { recorder, memory } = createRecorder({ captureContent });
      recorder.start(chat()).fail(error);
      const { logs, spans } = await memory.collect();
      const attributes = logs.find(({ eventName }) => eventName?.endsWith('exception'))?.attributes;
      expect(attributes?.['exception.stacktrace']).toMatch(/^Error\n\s+at /);
      expect(attributes?.['exception.stacktrace']).not.toContain(secretLine);
      expect(JSON.stringify(attributes).includes(secretLine)).toBe(captureContent === 'EVENT_ONLY');
      expect(JSON.stringify([spans[0]?.status, spans[0]?.attributes]).includes(secretLine)).toBe(
        captureContent === 'SPAN_ONLY',
      );
    }
  });
});

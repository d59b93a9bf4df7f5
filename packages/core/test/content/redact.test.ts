import { diag } from '@opentelemetry/api';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type BuiltInRedactor, ContentPolicy } from '../../src/content/index.ts';
import { secrets } from './fixtures.ts';

const kinds = Object.keys(secrets) as BuiltInRedactor[];
const planted = kinds.flatMap((kind) => secrets[kind].map((secret) => [kind, secret] as const));
const all = new ContentPolicy({ redactors: kinds });
const only = (kind: BuiltInRedactor) => new ContentPolicy({ redactors: [kind] });

describe('redaction', () => {
  const warn = vi.spyOn(diag, 'warn');
  afterEach(() => warn.mockClear());

  it.each(planted)('%s: takes out %s', (kind, secret) => {
    for (const policy of [only(kind), all]) {
      expect(policy.text(`Before ${secret}, after.`)).toBe(`Before [REDACTED:${kind}], after.`);
      expect(policy.text(secret)).toBe(`[REDACTED:${kind}]`);
      expect(policy.text(`"${secret}"`)).toBe(`"[REDACTED:${kind}]"`);
      expect(policy.text(`Value:${secret}\n${secret}`)).not.toContain(secret);
    }
  });

  it('is off by default', () => {
    for (const [, secret] of planted) expect(new ContentPolicy().text(secret)).toBe(secret);
  });

  it('leaves alone what only resembles private data', () => {
    const harmless = [
      'order 1234567890 of 2024-01-02T10:11:12Z',
      'on 01-02-2024 10:30 and 01/02/2024',
      '123e4567-e89b-12d3-a456-426614174000',
      'version 1.2.3, v10.0.0.1, 1.2.3.4.5 and 300.1.1.1',
      'std::vector at 12:30:45 from 00:1a:2b:3c:4d:5e',
      '4111 1111 1111 1112 fails the check, 9111111111111111 is no network',
      'DE88370400440532013000 has wrong check digits',
      'a score of 0.4532015112830366 at 1718000000000',
      'an array[0]@index, user @name',
      'the bearer of news, max_tokens: 100000, a skeleton',
      'c0ffee4111111111111111e1',
    ];
    for (const text of harmless) expect(all.text(text)).toBe(text);
    const neverIssued = '000-12-3456 666-12-3456 900-12-3456 123-00-6789 123-45-0000';
    expect(only('ssn').text(neverIssued)).toBe(neverIssued);
  });

  it('reads JSON in a string unescaped, as deep as it is nested, and leaves it JSON', () => {
    const inner = '{ "mail": "alice\\u0040example.com", "card": 4111111111111111, "n": 7, "mail": "b@example.com" }';
    const outer = { arguments: JSON.stringify({ inner, list: ['123-45-6789'] }) };
    const result = all.structured(outer) as { arguments: string };
    const parsed = JSON.parse(result.arguments) as { inner: string; list: string[] };
    expect(parsed.list).toEqual(['[REDACTED:ssn]']);
    expect(parsed.inner).toBe(
      '{ "mail": "[REDACTED:email]", "card": "[REDACTED:card]", "n": 7, "mail": "[REDACTED:email]" }',
    );
    expect(all.text('{"alice\\u0040example.com":1}')).toBe('{"[REDACTED:email]":1}');
    expect(all.text('{"digits":6304000000000000000,"big":6011000990139424000}')).toContain('"big":');
  });

  it('reads JSON that was cut off as far as it goes', () => {
    expect(all.text('{"mail":"alice\\u0040example.com","to":"bob\\u0040example.com')).toBe(
      '{"mail":"[REDACTED:email]","to":"[REDACTED:email]',
    );
  });

  it('covers numbers and keys, and keeps keys apart that become the same', () => {
    expect(all.structured({ card: 4111111111111111, year: 2024, 'a@example.com': 1, 'b@example.com': 2 })).toEqual({
      card: '[REDACTED:card]',
      year: 2024,
      '[REDACTED:email]': 1,
      '[REDACTED:email]#2': 2,
    });
  });

  it('takes a value by the name that it goes under', () => {
    expect(all.structured({ api_key: 'abc', nested: { password: 123456 }, args: '{"client_secret":"x y z"}' })).toEqual(
      {
        api_key: '[REDACTED:api_key]',
        nested: { password: '[REDACTED:api_key]' },
        args: '{"client_secret":"[REDACTED:api_key]"}',
      },
    );
    expect(all.text('OPENAI_API_KEY=abcdefgh, password: "hunter22"')).toBe(
      'OPENAI_API_KEY=[REDACTED:api_key], password: "[REDACTED:api_key]"',
    );
    expect(all.text('Authorization: Bearer abc123def456')).toBe('Authorization: Bearer [REDACTED:api_key]');
    const awsSecret = 'FAKEfake/FAKEfake+FAKEfake/FAKEfake+1234';
    expect(all.text(`AKIAIOSFODNN7EXAMPLE ${awsSecret}`)).toBe('[REDACTED:api_key] [REDACTED:api_key]');
  });

  it('takes out private keys, unclosed ones to the end', () => {
    const key = `-----BEGIN RSA PRIVATE KEY-----\n${'FAKE0fake/'.repeat(40)}\n-----END RSA PRIVATE KEY-----`;
    expect(all.text(`a ${key} b`)).toBe('a [REDACTED:api_key] b');
    expect(all.text(`a ${key.slice(0, 100)}`)).toBe('a [REDACTED:api_key]');
  });

  it('runs functions after the built-in kinds, in their order', () => {
    const policy = new ContentPolicy({
      redactors: [
        (text) => text.replaceAll('Aurora', '[PROJECT]'),
        'email',
        (text) => text.replace('[PROJECT]', '[P]'),
      ],
    });
    expect(policy.text('Aurora: a@example.com')).toBe('[P]: [REDACTED:email]');
  });

  it('replaces the text by [REDACTED] and warns once, without it, if a function fails', () => {
    const policy = new ContentPolicy({
      redactors: [
        (text) => {
          if (text.includes('boom')) throw new Error(text);
          return text === 'nothing' ? (undefined as unknown as string) : text;
        },
      ],
    });
    expect(policy.structured(['boom secret', 'fine', 'boom', 'nothing'])).toEqual([
      '[REDACTED]',
      'fine',
      '[REDACTED]',
      '[REDACTED]',
    ]);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(String(warn.mock.calls[0])).not.toContain('boom');
  });

  // A pattern that backtracks would need minutes for these; the test's own time limit is the proof.
  it.each([
    'a',
    '@',
    'a@',
    'a.',
    'a@a.',
    '1',
    '1 ',
    '1-',
    '+1',
    '+1 ',
    '(0',
    '0 ',
    '1.',
    '1:',
    ':',
    'a:',
    'eyJ',
    'eyJaaaaa.',
    'sk-',
    'Bearer ',
    'api_key=',
    'api_key ',
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN ',
    'data:',
    'data:a/a;',
    '"',
    '"\\',
    '\\',
    '{"a":',
    '[',
    'DE89',
    'DE89 ',
    'ssn ',
    '://',
    '://a:',
    'A1a',
    'xox',
    '4111 1111 1111 1112 ',
    '%40',
    '\n',
  ])('reads 100 000 characters of %j in linear time', (unit) => {
    const hostile = unit.repeat(Math.ceil(100_000 / unit.length));
    for (const text of [hostile, `{"${hostile}`, `${hostile}!`]) {
      expect(typeof all.json([text])).toBe('string');
    }
  });
});

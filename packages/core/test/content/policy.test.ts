import { createHash, createHmac } from 'node:crypto';
import { diag } from '@opentelemetry/api';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type BuiltInRedactor, ContentPolicy, type ContentPolicyOptions } from '../../src/content/index.ts';
import { conventionValues, secrets } from './fixtures.ts';
import { type SchemaName, schemas } from './schemas.ts';

const kinds = Object.keys(secrets) as BuiltInRedactor[];
const names = Object.keys(schemas) as SchemaName[];
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const warn = vi.spyOn(diag, 'warn');
afterEach(() => warn.mockClear());

const optionSets: ContentPolicyOptions[] = [
  {},
  { redactors: kinds },
  { redactors: [() => 'X'] },
  { contentMode: 'hash' },
  { contentMode: 'drop' },
  { contentMode: 'hash', redactors: kinds, maxContentLength: 700 },
];

describe('values of the convention still fit its schemas', () => {
  it.each(names.flatMap((name) => optionSets.map((options) => [name, options] as const)))(
    '%s with %j',
    (name, options) => {
      const policy = new ContentPolicy(options);
      const validate = schemas[name];
      expect(validate(policy.structured(conventionValues[name])), JSON.stringify(validate.errors)).toBe(true);
      expect(validate(JSON.parse(policy.json(conventionValues[name]) ?? ''))).toBe(true);
    },
  );

  it.each(names)('%s cut to any length', (name) => {
    const full = new ContentPolicy().json(conventionValues[name])?.length ?? 0;
    for (let maxContentLength = 2; maxContentLength <= full + 1; maxContentLength++) {
      const json = new ContentPolicy({ maxContentLength }).json(conventionValues[name]) ?? '';
      expect(json.length).toBeLessThanOrEqual(maxContentLength);
      const value: unknown = JSON.parse(json);
      // Only function definitions may lose so much of their parameters that the rest is no schema any more.
      if (name !== 'toolDefinitions') expect(schemas[name](value), json).toBe(true);
    }
  });
});

describe('hashing', () => {
  const policy = new ContentPolicy({ contentMode: 'hash' });

  it('keeps what identifies and hashes what was said', () => {
    expect(
      policy.structured([
        {
          role: 'assistant',
          parts: [
            { type: 'text', content: 'hello' },
            { type: 'tool_call', id: 'call_1', name: 'look_up', arguments: { name: 'Alice', id: 7, ok: true } },
          ],
          finish_reason: 'stop',
        },
      ]),
    ).toEqual([
      {
        role: 'assistant',
        parts: [
          { type: 'text', content: `sha256:${sha256('hello')}` },
          {
            type: 'tool_call',
            id: 'call_1',
            name: 'look_up',
            arguments: { name: `sha256:${sha256('Alice')}`, id: `sha256:${sha256('7')}`, ok: true },
          },
        ],
        finish_reason: 'stop',
      },
    ]);
    expect(policy.text('hello')).toBe(`sha256:${sha256('hello')}`);
  });

  it('takes names and ids within arguments and results for content', () => {
    expect(policy.json({ name: 'Alice', type: 'person' })).not.toMatch(/Alice|person/);
    expect(policy.json([{ name: 'Alice', type: 'person', id: 'a1' }], 'free')).not.toMatch(/Alice|person|a1/);
  });

  it('comes after redaction', () => {
    const both = new ContentPolicy({ contentMode: 'hash', redactors: ['email'] });
    expect(both.text('a@example.com')).toBe(`sha256:${sha256('[REDACTED:email]')}`);
  });
});

describe('dropping', () => {
  it('leaves the structure and nothing that was said', () => {
    const policy = new ContentPolicy({ contentMode: 'drop' });
    expect(policy.structured([{ role: 'user', parts: [{ type: 'text', content: 'hello' }] }])).toEqual([
      { role: 'user', parts: [{ type: 'text', content: '' }] },
    ]);
    expect(policy.json({ city: 'Paris' })).toBe('{}');
    expect(policy.json('Paris')).toBe('""');
    expect(policy.text('Paris')).toBe('');
    const json = names.map((name) => policy.json(conventionValues[name])).join();
    for (const said of [
      'travel assistant',
      'Eiffel',
      '1889',
      'Paris',
      'iron',
      'height',
      'example.com',
      'politics',
      'landmark by',
    ]) {
      expect(json).not.toContain(said);
    }
  });
});

describe('truncation', () => {
  it('shortens the longest texts first', () => {
    const messages = [
      { role: 'user', parts: [{ type: 'text', content: 'short' }] },
      { role: 'user', parts: [{ type: 'text', content: 'long '.repeat(100) }] },
    ];
    const json = new ContentPolicy({ maxContentLength: 200 }).json(messages) ?? '';
    expect(json).toContain('"short"');
    expect(json).toMatch(/long long .*…\[truncated\]/);
    expect(json.length).toBe(200);
  });

  it('then drops the oldest messages', () => {
    const messages = Array.from({ length: 50 }, (_, index) => ({
      role: 'user',
      parts: [{ type: 'text', content: `message ${index}` }],
    }));
    const kept = new ContentPolicy({ maxContentLength: 300 }).structured(messages) as unknown[];
    expect(kept.length).toBeGreaterThan(2);
    expect(kept).toEqual(messages.slice(-kept.length));
  });

  it('then drops the oldest parts, and leaves an empty array in the end', () => {
    const message = { role: 'user', parts: Array.from({ length: 50 }, (_, n) => ({ type: 'text', content: `${n}` })) };
    const kept = new ContentPolicy({ maxContentLength: 120 }).structured([message]) as [typeof message];
    expect(kept[0].parts.at(-1)).toEqual({ type: 'text', content: '49' });
    expect(new ContentPolicy({ maxContentLength: 20 }).json([message])).toBe('[]');
    expect(new ContentPolicy({ maxContentLength: 1 }).json([message])).toBeUndefined();
    expect(new ContentPolicy({ maxContentLength: 1 }).json(5)).toBeUndefined();
  });

  it('never splits a character', () => {
    for (let maxContentLength = 0; maxContentLength < 80; maxContentLength++) {
      const policy = new ContentPolicy({ maxContentLength });
      expect(policy.text('🗼'.repeat(50)).isWellFormed()).toBe(true);
      expect(policy.text('🗼'.repeat(50)).length).toBeLessThanOrEqual(maxContentLength);
      expect((policy.json(['🗼'.repeat(50)]) ?? '').includes('\\ud')).toBe(false);
    }
  });
});

describe('user ids', () => {
  it('are recorded as they are, as SHA-256, or as HMAC with a salt', () => {
    expect(new ContentPolicy().userId('alice')).toBe('alice');
    expect(new ContentPolicy({ redactors: ['email'] }).userId('a@example.com')).toBe('[REDACTED:email]');
    expect(new ContentPolicy({ hashUserIds: true, redactors: ['email'] }).userId('alice')).toBe(sha256('alice'));
    expect(new ContentPolicy({ hashUserIds: { salt: 'pepper' } }).userId('alice')).toBe(
      createHmac('sha256', 'pepper').update('alice').digest('hex'),
    );
  });
});

describe('malformed options', () => {
  it.each([[{ redactors: ['emial'] }], [{ redactors: 'email' }], [{ redactors: [undefined] }], ['full']])(
    '%j: no content is recorded, with one warning',
    (options) => {
      const policy = new ContentPolicy(options as unknown as ContentPolicyOptions);
      expect(warn).toHaveBeenCalledTimes(1);
      expect(policy.json(['x'])).toBeUndefined();
      expect(policy.structured(['x'])).toBeUndefined();
      expect(policy.text('x')).toBe('');
      expect(policy.userId('alice')).not.toContain('alice');
    },
  );

  it.each([-1, 1.5, Number.NaN, '100', null])(
    'maxContentLength %j is ignored, with one warning',
    (maxContentLength) => {
      const policy = new ContentPolicy({ maxContentLength } as unknown as ContentPolicyOptions);
      expect(warn).toHaveBeenCalledTimes(1);
      expect(policy.json(['x '.repeat(250)])).toHaveLength(504);
    },
  );

  it('an unknown contentMode drops content, and a bad salt still hides user ids, with one warning each', () => {
    const dropping = new ContentPolicy({ contentMode: 'none' } as unknown as ContentPolicyOptions);
    expect(dropping.text('hello')).toBe('');
    expect(warn).toHaveBeenCalledTimes(1);
    for (const hashUserIds of ['yes', { salt: '' }, { salt: 1 }, {}]) {
      const hashing = new ContentPolicy({ hashUserIds } as unknown as ContentPolicyOptions);
      expect(hashing.userId('alice')).toMatch(/^[0-9a-f]{64}$/);
      expect(hashing.userId('alice')).not.toBe(sha256('alice'));
    }
    expect(warn).toHaveBeenCalledTimes(5);
  });
});

const policyOptions: fc.Arbitrary<ContentPolicyOptions> = fc.record(
  {
    redactors: fc.subarray(kinds),
    maxContentLength: fc.nat({ max: 400 }),
    contentMode: fc.constantFrom('full', 'hash', 'drop'),
  },
  { requiredKeys: [] },
);
const keys = fc.oneof(
  fc.string(),
  fc.constantFrom('__proto__', 'constructor', 'toJSON', 'type', 'parts', 'content', 'data'),
);
const anything = fc.oneof(
  fc.anything({
    key: keys,
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withNullPrototype: true,
    withObjectString: true,
    withSparseArray: true,
    withTypedArray: true,
  }),
  fc.object({ key: keys }),
);

describe('for any content and any options', () => {
  it('json() parses and keeps to the limit, and structured() says the same', () => {
    fc.assert(
      fc.property(anything, policyOptions, (value, options) => {
        const policy = new ContentPolicy(options);
        const json = policy.json(value);
        expect(json).toBe(JSON.stringify(policy.structured(value)));
        if (json === undefined) return;
        JSON.parse(json);
        expect(json.length).toBeLessThanOrEqual(options.maxContentLength ?? Number.POSITIVE_INFINITY);
      }),
      { numRuns: 500 },
    );
    expect(warn).not.toHaveBeenCalled();
  });

  it('the input is not changed', () => {
    fc.assert(
      fc.property(fc.jsonValue(), policyOptions, (value, options) => {
        const before = structuredClone(value);
        new ContentPolicy(options).json(value);
        new ContentPolicy(options).structured(value);
        expect(value).toStrictEqual(before);
      }),
    );
    const frozen = JSON.stringify(conventionValues);
    for (const options of optionSets) new ContentPolicy({ ...options, maxContentLength: 50 }).json(conventionValues);
    expect(JSON.stringify(conventionValues)).toBe(frozen);
  });

  it('text() keeps to the limit', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), policyOptions, (text, options) => {
        const { maxContentLength = Number.POSITIVE_INFINITY } = options;
        expect(new ContentPolicy(options).text(text).length).toBeLessThanOrEqual(maxContentLength);
      }),
    );
  });
});

describe('no part of a planted secret escapes', () => {
  const planted = kinds.flatMap((kind) => secrets[kind].map((secret) => [kind, secret] as const));

  it.each(planted)('%s %s, cut at any length', (kind, secret) => {
    const value = [
      { role: 'user', parts: [{ type: 'text', content: `My secret is ${secret} and ${secret}.` }] },
      { role: 'assistant', parts: [{ type: 'tool_call', name: 'save', arguments: JSON.stringify({ it: secret }) }] },
      { role: 'tool', parts: [{ type: 'tool_call_response', response: { [secret]: [secret], e: new Error(secret) } }] },
    ];
    const half = secret.slice(0, Math.ceil(secret.length / 2));
    for (let maxContentLength = 0; maxContentLength < 460; maxContentLength++) {
      const policy = new ContentPolicy({ redactors: [kind], maxContentLength });
      expect(policy.json(value) ?? '').not.toContain(half);
      expect(policy.text(`Error: ${secret} is bad`)).not.toContain(half);
    }
    expect(new ContentPolicy({ redactors: [kind] }).json(value)).toContain(`[REDACTED:${kind}]`);
  });

  it('wherever it stands in text that surrounds it', () => {
    const words = fc.string({ unit: fc.constantFrom(...'abc XYZ,.;!?\n"{}[]\\é🗼'), maxLength: 30 });
    fc.assert(
      fc.property(words, words, fc.constantFrom(...planted), (before, after, [kind, secret]) => {
        const policy = new ContentPolicy({ redactors: [kind] });
        const text = `${before} ${secret} ${after}`;
        for (const value of [text, { args: JSON.stringify({ text }) }])
          expect(policy.json(value)).not.toContain(secret);
      }),
      { numRuns: 1000 },
    );
  });
});

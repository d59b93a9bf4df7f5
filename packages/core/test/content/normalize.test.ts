import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ContentPolicy } from '../../src/content/index.ts';
import { imageBase64 } from './fixtures.ts';

const policy = new ContentPolicy();

describe('any value', () => {
  it('becomes JSON, whatever it holds', () => {
    const circular: Record<string, unknown> = { name: 'loop' };
    circular.self = circular;
    const value = {
      circular,
      big: 12n,
      nothing: undefined,
      call: () => 1,
      symbol: Symbol('s'),
      items: [undefined, () => 1, Symbol('s'), Number.NaN, Number.POSITIVE_INFINITY],
      date: new Date(0),
      badDate: new Date(Number.NaN),
      map: new Map([['a', 1]]),
      otherMap: new Map([[1, 2]]),
      set: new Set(['x']),
      boxed: new String('s'),
      pattern: /x/g,
      error: new TypeError('bad'),
      url: new URL('https://example.com/'),
      get broken() {
        throw new Error('unreadable');
      },
      badJson: {
        toJSON() {
          throw new Error('no');
        },
      },
    };
    expect(JSON.parse(policy.json(value) ?? '')).toEqual({
      circular: { name: 'loop', self: '[circular]' },
      big: '12',
      items: [null, null, null, null, null],
      date: '1970-01-01T00:00:00.000Z',
      badDate: null,
      map: { a: 1 },
      otherMap: [[1, 2]],
      set: ['x'],
      boxed: 's',
      pattern: '/x/g',
      error: { name: 'TypeError', message: 'bad' },
      url: 'https://example.com/',
      broken: '[unserializable]',
      badJson: '[unserializable]',
    });
  });

  it('with a key __proto__ keeps it as an own property and pollutes nothing', () => {
    const hostile: unknown = JSON.parse('{"__proto__":{"polluted":true},"a":{"__proto__":"x"}}');
    for (const configured of [policy, new ContentPolicy({ redactors: ['email'], maxContentLength: 1000 })]) {
      expect(configured.json(hostile)).toBe('{"__proto__":{"polluted":true},"a":{"__proto__":"x"}}');
      const copy = configured.structured(hostile) as object;
      expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
      expect(Object.keys(copy)).toEqual(['__proto__', 'a']);
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('that is too deep, too large or unfolds without end is cut off', () => {
    let deep: unknown = 'bottom';
    for (let level = 0; level < 10_000; level++) deep = [deep];
    expect(policy.json(deep)).toContain('[too deep]');
    let unfolding: unknown = { leaf: 1 };
    for (let level = 0; level < 60; level++) unfolding = { a: unfolding, b: unfolding };
    expect(policy.json(unfolding)).toContain('[too large]');
    expect(JSON.parse(policy.json(new Array(1e9)) ?? '').length).toBeLessThan(1e6);
  });

  it('that cannot even be inspected costs nothing but itself', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(policy.json([proxy, 'kept'])).toBe('["[unserializable]","kept"]');
  });

  it('is told as JSON.stringify would where that can be done', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(policy.json(value)).toBe(JSON.stringify(value));
        expect(JSON.stringify(policy.structured(value))).toBe(JSON.stringify(value));
      }),
    );
  });

  it('is told the same with and without a copy', () => {
    const anything = fc.anything({ withDate: true, withMap: true, withSet: true, withBigInt: true });
    fc.assert(
      fc.property(anything, (value) => {
        expect(policy.json(value)).toBe(JSON.stringify(policy.structured(value)));
      }),
    );
    expect(policy.json([imageBase64])).toBe(JSON.stringify(policy.structured([imageBase64])));
  });
});

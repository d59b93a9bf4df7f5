import fc from 'fast-check';

/** Names that have a meaning for JavaScript. */
const treacherous = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'toJSON',
  'then',
  'length',
];

const leaf = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 1e300, 2 ** 53, '', '0', 'stop', ...treacherous),
);

/** Any JSON, with names that have a meaning for JavaScript among the properties. */
export const json: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 3, arbitrary: leaf },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 3 }) },
    {
      weight: 1,
      arbitrary: fc
        .array(fc.tuple(fc.oneof(fc.constantFrom(...treacherous), fc.string({ maxLength: 5 })), tie('value')), {
          maxLength: 3,
        })
        .map((entries) => Object.fromEntries(entries)),
    },
  ),
})).value;

/** A value of the shape of `template`, in which each part may be missing or something else. */
export function mutated(template: unknown): fc.Arbitrary<unknown> {
  const something = (arbitrary: fc.Arbitrary<unknown>) =>
    fc.oneof({ weight: 8, arbitrary }, { weight: 1, arbitrary: json });
  if (Array.isArray(template)) {
    return something(
      fc
        .tuple(...template.map(mutated))
        .chain((items) => fc.subarray(items, { minLength: 0 }) as fc.Arbitrary<unknown>),
    );
  }
  if (typeof template === 'object' && template !== null) {
    const fields = Object.entries(template).map(([name, value]) =>
      fc.tuple(fc.constant(name), mutated(value), fc.nat(9)),
    );
    return something(
      fc.tuple(...fields).map((entries) => Object.fromEntries(entries.filter(([, , fate]) => fate > 0))),
    );
  }
  return something(fc.constant(template));
}

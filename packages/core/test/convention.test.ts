import type { Attributes } from '@opentelemetry/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AttributeRow,
  type AttributeType,
  type ConventionVersion,
  requestAttributes,
  responseAttributes,
  usageAttributes,
} from '../src/convention/attribute-table.ts';
import { createAttributeWriter } from '../src/convention/attribute-writer.ts';
import { resolveConvention } from '../src/convention/stability.ts';
import type { OperationRequest, OperationResponse } from '../src/vocabulary/index.ts';

describe('OTEL_SEMCONV_STABILITY_OPT_IN', () => {
  it.each([
    [undefined, '1.41.0', ['1.41.0']],
    ['', '1.41.0', ['1.41.0']],
    ['http,database', '1.41.0', ['1.41.0']],
    ['gen_ai', '1.41.0', ['1.41.0']],
    ['GEN_AI_LATEST_EXPERIMENTAL', '1.41.0', ['1.41.0']],
    ['gen_ai_latest_experimental', 'latest', ['latest']],
    [' http , gen_ai_latest_experimental ', 'latest', ['latest']],
    ['gen_ai_latest_experimental/dup', 'latest', ['1.41.0', 'latest']],
    ['gen_ai_latest_experimental,gen_ai_latest_experimental/dup', 'latest', ['1.41.0', 'latest']],
  ])('%j writes %s', (optIn, version, metricVersions) => {
    expect(resolveConvention(optIn)).toMatchObject({ version, metricVersions });
  });

  it('names the schema of what it writes', () => {
    expect(resolveConvention(undefined).schemaUrl).toBe('https://opentelemetry.io/schemas/1.41.0');
    expect(resolveConvention('gen_ai_latest_experimental').schemaUrl).not.toBe(resolveConvention('').schemaUrl);
  });
});

const versions: ConventionVersion[] = ['1.41.0', 'latest'];

const isOfType: Record<AttributeType, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  int: (value) => Number.isInteger(value),
  double: (value) => typeof value === 'number' && Number.isFinite(value),
  boolean: (value) => typeof value === 'boolean',
  'string[]': (value) => Array.isArray(value) && value.every((element) => typeof element === 'string'),
};

const types = (rows: readonly AttributeRow<string>[], version: ConventionVersion) =>
  rows.map(([, type, name, latest]) => [version === 'latest' ? (latest ?? name) : name, type] as const);

describe.each(versions)('the attribute writer of %s', (version) => {
  const writer = createAttributeWriter(version);
  const written = (request: object, response: object = {}) => {
    const attributes: Attributes = {};
    writer.request(request as OperationRequest, attributes);
    writer.response(response as OperationResponse, attributes);
    return attributes;
  };

  it('writes nothing for fields that are not there', () => expect(written({}, { usage: {} })).toEqual({}));

  it('keeps what is zero, false of truth, or empty text', () => {
    const attributes = written(
      { temperature: 0, seed: 0, maxTokens: 0, topP: 0 },
      { id: '', usage: { inputTokens: 0 } },
    );
    expect(attributes).toMatchObject({
      'gen_ai.request.temperature': 0,
      'gen_ai.request.seed': 0,
      'gen_ai.request.max_tokens': 0,
      'gen_ai.request.top_p': 0,
      'gen_ai.response.id': '',
      'gen_ai.usage.input_tokens': 0,
    });
  });

  it('writes the number of choices only where it is not 1, and streaming only where it is asked for', () => {
    expect(written({ choiceCount: 1, stream: false })).toEqual({});
    expect(written({ choiceCount: 3, stream: true })).toEqual({
      'gen_ai.request.choice.count': 3,
      'gen_ai.request.stream': true,
    });
  });

  const request = Object.fromEntries(requestAttributes.map(([field]) => [field, fc.anything()]));
  const response = Object.fromEntries(responseAttributes.map(([field]) => [field, fc.anything()]));
  const usage = Object.fromEntries(usageAttributes.map(([field]) => [field, fc.anything()]));
  const expected = new Map([
    ...types(requestAttributes, version),
    ...types(responseAttributes, version),
    ...types(usageAttributes, version),
    ['gen_ai.request.stream', 'boolean'] as const,
    ['gen_ai.request.choice.count', 'int'] as const,
  ]);

  it('leaves out every value of a wrong type', () => {
    fc.assert(
      fc.property(
        fc.record({ ...request, choiceCount: fc.anything(), stream: fc.anything() }),
        fc.record({ ...response, usage: fc.record(usage) }),
        (anyRequest, anyResponse) => {
          for (const [name, value] of Object.entries(written(anyRequest, anyResponse))) {
            const type = expected.get(name);
            expect(type, name).toBeDefined();
            expect(isOfType[type as AttributeType](value), `${name}: ${String(value)}`).toBe(true);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

it('both versions name every field, and no name twice', () => {
  for (const version of versions) {
    const names = [...types(requestAttributes, version), ...types(usageAttributes, version)].map(([name]) => name);
    expect(new Set(names).size).toBe(names.length);
  }
});

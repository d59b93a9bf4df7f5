import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calcPrice, findProvider } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCostCalculator, type PriceOption } from '../src/cost/cost.ts';
import type { OperationResponse, Usage } from '../src/vocabulary/index.ts';
import { hearDiagnostics } from './support.ts';

const heard = hearDiagnostics();

const usage: Usage = { inputTokens: 1200, outputTokens: 345, cacheReadInputTokens: 1000, cacheWriteInputTokens: 100 };
const costOf = (
  option: PriceOption | undefined,
  response: OperationResponse,
  { provider = 'openai', model = undefined as string | undefined } = {},
) => createCostCalculator(option)(provider, model, response);

const counts = fc
  .record({ uncached: fc.nat(3_000_000), read: fc.nat(500_000), write: fc.nat(500_000), output: fc.nat(200_000) })
  .map(({ uncached, read, write, output }) => ({
    inputTokens: uncached + read + write,
    cacheReadInputTokens: read,
    cacheWriteInputTokens: write,
    outputTokens: output,
  }));

/** Prices are sums of products of decimals in binary: two ways to the same sum differ in the last digits. */
function expectSamePrice(ours: number | undefined, theirs: number | undefined) {
  if (theirs === undefined) expect(ours).toBeUndefined();
  else expect(Math.abs((ours ?? Number.NaN) - theirs)).toBeLessThanOrEqual(1e-12 * Math.max(1, theirs));
}

describe('prices of the bundled list', () => {
  const models = [
    ['openai', 'gpt-4o'],
    ['openai', 'gpt-4o-mini-2024-07-18'],
    ['openai', 'o1'],
    ['openai', 'text-embedding-3-small'],
    ['openai', 'gpt-4o-audio-preview'],
    ['anthropic', 'claude-3-5-sonnet-latest'],
    ['anthropic', 'claude-sonnet-4-0'],
    ['google', 'gemini-2.5-pro'],
    ['google', 'gemini-1.5-pro'],
    ['deepseek', 'deepseek-chat'],
    ['groq', 'llama-3.3-70b-versatile'],
    ['mistral', 'mistral-large-latest'],
    ['perplexity', 'sonar-pro'],
  ] as const;

  it.each(models)('%s %s costs what the list says, for any number of tokens', (provider, model) => {
    const calculate = createCostCalculator(undefined);
    fc.assert(
      fc.property(counts, (tokens) => {
        const theirs = calcPrice(
          {
            input_tokens: tokens.inputTokens,
            output_tokens: tokens.outputTokens,
            cache_read_tokens: tokens.cacheReadInputTokens,
            cache_write_tokens: tokens.cacheWriteInputTokens,
          },
          model,
          { providerId: provider },
        );
        expect(theirs).not.toBeNull();
        expectSamePrice(calculate(provider, model, { model, usage: tokens }), theirs?.total_price);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    'openai',
    'anthropic',
    'azure',
    'google',
    'aws',
    'groq',
    'mistral',
    'perplexity',
    'deepseek',
    'cohere',
    'together',
    'fireworks',
  ])('every model of %s costs what the list says', (id) => {
    const provider = findProvider({ providerId: id });
    const calculate = createCostCalculator(undefined);
    const wrong: string[] = [];
    for (const { id: model, prices } of provider?.models ?? []) {
      const tables = Array.isArray(prices) ? prices.map((conditional) => conditional.prices) : [prices];
      // Models that are billed by the hour or the page have no price that follows from tokens.
      if (tables.some((table) => !Object.keys(table).some((unit) => unit.endsWith('_mtok')))) continue;
      const tokens = { input_tokens: 1200, output_tokens: 345, cache_read_tokens: 1000, cache_write_tokens: 100 };
      const theirs = calcPrice(tokens, model, { providerId: id })?.total_price;
      const ours = calculate(id, model, { model, usage });
      const isSame =
        theirs === undefined
          ? ours === undefined
          : Math.abs((ours ?? Number.NaN) - theirs) <= 1e-12 * Math.max(1, theirs);
      if (!isSame) wrong.push(`${model}: ${ours} instead of ${theirs}`);
    }
    expect(provider?.models.length).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });

  it('prices audio by its own rate', () => {
    const tokens: Usage = {
      inputTokens: 1000,
      outputTokens: 500,
      modalities: { audio: { inputTokens: 800, outputTokens: 300 }, text: { inputTokens: 200, outputTokens: 200 } },
    };
    const model = 'gpt-audio';
    const theirs = calcPrice(
      { input_tokens: 1000, output_tokens: 500, input_audio_tokens: 800, output_audio_tokens: 300 },
      model,
      { providerId: 'openai' },
    );
    const ours = costOf(undefined, { model, usage: tokens });
    expectSamePrice(ours, theirs?.total_price);
    expect(ours).not.toBe(costOf(undefined, { model, usage: { inputTokens: 1000, outputTokens: 500 } }));
  });

  it.each([
    ['azure.ai.openai', 'gpt-4o', 'azure'],
    ['gcp.gemini', 'gemini-2.5-pro', 'google'],
    ['mistral_ai', 'mistral-large-latest', 'mistral'],
    ['x_ai', 'grok-3', 'x-ai'],
    ['moonshot_ai', 'kimi-k2-0711-preview', 'moonshotai'],
    ['aws.bedrock', 'anthropic.claude-3-5-sonnet-20240620-v1:0', 'aws'],
  ])('knows %s by the name that the list has for it', (provider, model, listed) => {
    const theirs = calcPrice({ input_tokens: 10, output_tokens: 10 }, model, { providerId: listed })?.total_price;
    expect(theirs).toBeGreaterThan(0);
    expectSamePrice(costOf(undefined, { model, usage: { inputTokens: 10, outputTokens: 10 } }, { provider }), theirs);
  });

  it('gives the price of what was asked for, where the answer names a model that is not listed', () => {
    const tokens = { inputTokens: 10, outputTokens: 10 };
    const asked = costOf(undefined, { model: 'gpt-4o', usage: tokens });
    expect(costOf(undefined, { model: 'nobody-knows-it', usage: tokens }, { model: 'gpt-4o' })).toBe(asked);
    expect(costOf(undefined, { usage: tokens }, { model: 'gpt-4o' })).toBe(asked);
  });
});

describe('a price that is not known is absent, never 0', () => {
  it.each([
    ['an unknown model', { model: 'nobody-knows-it', usage }, {}],
    ['an unknown provider', { model: 'gpt-4o', usage }, { provider: 'nobody' }],
    ['a provider with the name of a property of every object', { model: 'gpt-4o', usage }, { provider: 'constructor' }],
    ['no model at all', { usage }, {}],
    ['no usage', { model: 'gpt-4o' }, {}],
    ['usage without tokens', { model: 'gpt-4o', usage: { reasoningOutputTokens: 5 } }, {}],
    ['more cached tokens than there are', { model: 'gpt-4o', usage: { inputTokens: 1, cacheReadInputTokens: 2 } }, {}],
    ['a model that is billed by the hour', { model: 'whisper-1', usage }, {}],
    ['the flex tier', { model: 'gpt-4o', usage, serviceTier: 'flex' }, {}],
    ['the priority tier', { model: 'gpt-4o', usage, serviceTier: 'priority' }, {}],
    ['a tier that is not known', { model: 'gpt-4o', usage, serviceTier: 'scale' }, {}],
  ] satisfies [string, OperationResponse, object][])('%s', (_name, response, options) => {
    expect(costOf(undefined, response, options)).toBeUndefined();
    expect(heard.all()).toEqual([]);
  });

  it.each(['default', 'standard'])('the tier %s has the price of the list', (serviceTier) => {
    expect(costOf(undefined, { model: 'gpt-4o', usage, serviceTier })).toBeGreaterThan(0);
  });

  it('`prices: false` records no cost', () => {
    expect(costOf(false, { model: 'gpt-4o', usage })).toBeUndefined();
  });

  it('never gives a cost below 0 or one that is no number, for any usage', () => {
    const calculate = createCostCalculator({ own: { input: 1, output: 2, cacheRead: 0.5 } });
    const odd = fc.oneof(fc.nat(), fc.constant(undefined));
    const usages = fc.record({
      inputTokens: odd,
      outputTokens: odd,
      cacheReadInputTokens: odd,
      cacheWriteInputTokens: odd,
    });
    fc.assert(
      fc.property(usages, fc.constantFrom('own', 'gpt-4o', 'gemini-1.5-pro'), (tokens, model) => {
        const cost = calculate(model.startsWith('gemini') ? 'google' : 'openai', model, { model, usage: tokens });
        if (cost !== undefined) expect(cost >= 0 && Number.isFinite(cost)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('own prices', () => {
  const table = {
    'my-model': { input: 2, output: 8, cacheRead: 0.5, cacheWrite: 2.5 },
    plain: { input: 1, output: 3 },
  };

  it('price each kind of token in dollars for a million', () => {
    expect(costOf(table, { model: 'my-model', usage })).toBeCloseTo(
      (100 * 2 + 1000 * 0.5 + 100 * 2.5 + 345 * 8) / 1e6,
      15,
    );
  });

  it('take cached tokens for input, where they have no price of their own', () => {
    expect(costOf(table, { model: 'plain', usage })).toBeCloseTo((1200 * 1 + 345 * 3) / 1e6, 15);
  });

  it('go before those of the list, and those of one provider before those of all', () => {
    const prices = { 'gpt-4o': { input: 100, output: 100 }, 'openai/gpt-4o': { input: 200, output: 200 } };
    const tokens = { inputTokens: 1_000_000 };
    expect(costOf(prices, { model: 'gpt-4o', usage: tokens })).toBe(200);
    expect(costOf(prices, { model: 'gpt-4o', usage: tokens }, { provider: 'azure.ai.openai' })).toBe(100);
  });

  it('hold for every tier: whoever gives them knows what is paid', () => {
    expect(costOf(table, { model: 'plain', usage, serviceTier: 'flex' })).toBeGreaterThan(0);
  });

  it('hold for the model that was asked for, also if the answer names another one that nobody knows', () => {
    const tokens = { inputTokens: 1_000_000 };
    const answer = { model: 'plain-2026-01-01', usage: tokens };
    expect(costOf(table, answer, { model: 'plain' })).toBe(1);
    expect(costOf(table, { ...answer, serviceTier: 'flex' }, { model: 'plain' })).toBe(1);
  });

  it('can say that a model is free', () => {
    expect(costOf({ local: { input: 0, output: 0 } }, { model: 'local', usage })).toBe(0);
  });

  it('are not looked for among the properties that every object has', () => {
    for (const model of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
      expect(costOf(table, { model, usage })).toBeUndefined();
    }
  });

  describe('from a file', () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'genai-otel-prices-'));
    });
    afterAll(() => rmSync(folder, { recursive: true }));
    const write = (name: string, text: string) => {
      const path = join(folder, name);
      writeFileSync(path, text);
      return path;
    };

    it('are read', () => {
      const path = write('good.json', JSON.stringify(table));
      expect(costOf(path, { model: 'plain', usage })).toBe(costOf(table, { model: 'plain', usage }));
      expect(heard.all()).toEqual([]);
    });

    it.each([
      ['is not JSON', 'broken.json', '{"my-model": '],
      ['holds something else', 'list.json', '[1, 2]'],
    ])('give one warning if the file %s, and the prices of the list', (_what, name, text) => {
      const path = write(name, text);
      for (let times = 0; times < 2; times++) expect(costOf(path, { model: 'gpt-4o', usage })).toBeGreaterThan(0);
      expect(heard.warnings).toHaveLength(1);
      expect(heard.errors).toEqual([]);
    });

    it('give one warning if there is no such file', () => {
      const path = join(folder, 'missing.json');
      for (let times = 0; times < 2; times++) expect(costOf(path, { model: 'gpt-4o', usage })).toBeGreaterThan(0);
      expect(heard.warnings).toEqual([expect.stringContaining(path)]);
    });
  });

  it.each([
    ['text for a price', { input: '1', output: 2 }],
    ['no price of output', { input: 1 }],
    ['a negative price', { input: -1, output: 2 }],
    ['a price that is no number', { input: Number.NaN, output: 2 }],
    ['a cache price that is no amount', { input: 1, output: 2, cacheRead: 'free' }],
    ['null', null],
  ])('an entry with %s gives one warning that names it, and the others hold', (what, entry) => {
    const name = `bad ${what}`;
    const prices = { [name]: entry, plain: { input: 1, output: 3 } } as unknown as PriceOption;
    for (let times = 0; times < 2; times++) {
      expect(costOf(prices, { model: name, usage })).toBeUndefined();
      expect(costOf(prices, { model: 'plain', usage })).toBeGreaterThan(0);
    }
    expect(heard.warnings).toEqual([expect.stringContaining(name)]);
  });
});

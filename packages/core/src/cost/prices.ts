import { createRequire } from 'node:module';
import type { ModelInfo, Usage as PriceUsage, Provider } from '@pydantic/genai-prices';
import { guard, warnOnce } from '../guard.ts';
import type { Usage } from '../vocabulary/index.ts';

type PriceList = typeof import('@pydantic/genai-prices');

/** Our provider names, where the price list has another. */
const priceListProviders = new Map([
  ['aws.bedrock', 'aws'],
  ['azure.ai.inference', 'azure'],
  ['azure.ai.openai', 'azure'],
  ['gcp.gemini', 'google'],
  ['gcp.gen_ai', 'google'],
  ['gcp.vertex_ai', 'google'],
  ['mistral_ai', 'mistral'],
  ['moonshot_ai', 'moonshotai'],
  ['x_ai', 'x-ai'],
]);

let priceList: PriceList | undefined | null;

/** Where to look from. A bundler that makes CommonJS of this leaves `import.meta` empty: then the application's folder has to do. */
const ownLocation = (): string => import.meta.url || `${process.cwd()}/`;

/**
 * The bundled price list. Loading it takes tens of milliseconds, so it is loaded with the first operation that needs a price,
 * once for the process.
 */
function loadPriceList(): PriceList | undefined {
  if (priceList === undefined) {
    priceList = guard('price list', () => createRequire(ownLocation())('@pydantic/genai-prices') as PriceList) ?? null;
    if (priceList === null) warnOnce('the price list could not be loaded; no cost is recorded');
  }
  return priceList ?? undefined;
}

/** Loads the price list while the first request is under way, so that its answer does not wait for it. */
export function loadPriceListSoon(): void {
  if (priceList === undefined) setImmediate(loadPriceList).unref();
}

/** Price of one model for all usages of it. */
type PriceOf = (usage: Usage) => number | undefined;

/** Looks a model up once. @returns `undefined` when the price list does not know it. */
export function findPrice(provider: string, model: string): PriceOf | undefined {
  const list = loadPriceList();
  if (list === undefined) return undefined;
  const found = list.calcPrice({ input_tokens: 1 }, model, {
    providerId: priceListProviders.get(provider) ?? provider,
  });
  if (!found || !isPricedByToken(found.model)) return undefined;

  // The one model alone, so that later look-ups do not search the list again.
  const only = { ...found.provider, models: [found.model] };
  const exact: PriceOf = (usage) => {
    try {
      return list.calcPrice(toPriceUsage(usage), model, { provider: only })?.total_price;
    } catch {
      // Counts that do not fit together, such as more audio than input: there is no price for those.
      return undefined;
    }
  };
  return hasFlatPrice(found.model) ? flatPrice(list, only, model, exact) : exact;
}

function toPriceUsage(usage: Usage): PriceUsage {
  const audio = usage.modalities?.audio;
  const image = usage.modalities?.image;
  const price: PriceUsage = {
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    cache_read_tokens: usage.cacheReadInputTokens,
    cache_write_tokens: usage.cacheWriteInputTokens,
    input_audio_tokens: audio?.inputTokens,
    output_audio_tokens: audio?.outputTokens,
    cache_audio_read_tokens: audio?.cacheReadInputTokens,
    input_image_tokens: image?.inputTokens,
    output_image_tokens: image?.outputTokens,
  };
  for (const key of Object.keys(price)) if (price[key] === undefined) delete price[key];
  return price;
}

/** Transcription by the hour or documents by the page: tokens alone do not tell what they cost. A model without any price is free. */
function isPricedByToken({ prices }: ModelInfo): boolean {
  const tables = Array.isArray(prices) ? prices.map((conditional) => conditional.prices) : [prices];
  return tables.every((table) => {
    const units = Object.keys(table);
    return units.length === 0 || units.some((unit) => unit.endsWith('_mtok'));
  });
}

/** One rate for each kind of token, whatever the size of the request and the time of day. */
function hasFlatPrice({ prices }: ModelInfo): boolean {
  return (
    !Array.isArray(prices) &&
    Object.entries(prices).every(([unit, price]) => typeof price === 'number' && unit !== 'requests_kcount')
  );
}

/** A flat price is linear in the tokens: four look-ups give its rates, and a call costs a few multiplications. */
function flatPrice(list: PriceList, provider: Provider, model: string, exact: PriceOf): PriceOf {
  const million = 1_000_000;
  const rate = (usage: PriceUsage) => list.calcPrice(usage, model, { provider })?.total_price ?? Number.NaN;
  const input = rate({ input_tokens: million });
  const cacheRead = rate({ input_tokens: million, cache_read_tokens: million });
  const cacheWrite = rate({ input_tokens: million, cache_write_tokens: million });
  const output = rate({ output_tokens: million });
  if (![input, cacheRead, cacheWrite, output].every(Number.isFinite)) return exact;

  return (usage) => {
    // A split by modality has rates of its own.
    if (usage.modalities) return exact(usage);
    const read = usage.cacheReadInputTokens ?? 0;
    const write = usage.cacheWriteInputTokens ?? 0;
    const uncached = (usage.inputTokens ?? 0) - read - write;
    if (uncached < 0) return undefined;
    const total = uncached * input + read * cacheRead + write * cacheWrite + (usage.outputTokens ?? 0) * output;
    return total / million;
  };
}

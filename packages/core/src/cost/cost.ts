import { readFileSync } from 'node:fs';
import { warnOnce } from '../guard.ts';
import type { OperationResponse, Usage } from '../vocabulary/index.ts';
import { findPrice, loadPriceListSoon } from './prices.ts';

/** Price of a model in US dollars for a million tokens. */
export interface ModelPrice {
  input: number;
  output: number;
  /** Default: the price of input. */
  cacheRead?: number;
  /** Default: the price of input. */
  cacheWrite?: number;
}

/** Own prices by model, as the request or the response names it, or by `provider/model`. */
export type PriceTable = Readonly<Record<string, ModelPrice>>;

/** Own prices, or the path of a JSON file that holds such a table; `false` records no cost. */
export type PriceOption = PriceTable | string | false;

type PriceOf = (usage: Usage) => number | undefined;

/** Calculates what an operation cost, or nothing when the price is not known: never 0 for an unknown model. */
export type CostCalculator = (
  provider: string,
  requestModel: string | undefined,
  response: OperationResponse,
) => number | undefined;

/** The tiers that the list prices of a provider hold for. */
const listPriceTiers = new Set([undefined, 'default', 'standard', 'auto']);

export function createCostCalculator(option: PriceOption | undefined): CostCalculator {
  if (option === false) return () => undefined;
  const own = readPriceTable(option);
  loadPriceListSoon();
  const known = new Map<string, Price>();

  const priceOf = (provider: string, model: string): Price => {
    const key = `${provider}/${model}`;
    let price = known.get(key);
    if (price === undefined) {
      const table = own.get(key) ?? own.get(model);
      price = table ? { isOwn: true, of: ownPrice(table) } : { isOwn: false, of: findPrice(provider, model) };
      // Model names come from requests: a map without a bound would grow with whatever an application sends.
      if (known.size < 1000) known.set(key, price);
    }
    return price;
  };

  return (provider, requestModel, { model, usage, serviceTier }) => {
    if (!usage || (usage.inputTokens === undefined && usage.outputTokens === undefined)) return undefined;
    const named = model ?? requestModel;
    if (named === undefined) return undefined;
    let price = priceOf(provider, named);
    if (requestModel !== undefined && requestModel !== named) {
      // A price of the application's for either name comes before the list.
      const other = priceOf(provider, requestModel);
      if (price.of === undefined || (other.isOwn && !price.isOwn)) price = other;
    }
    // What is served faster or slower has a price of its own, which the list does not know.
    if (!price.isOwn && !listPriceTiers.has(serviceTier)) return undefined;
    const cost = price.of?.(usage);
    return cost !== undefined && Number.isFinite(cost) ? cost : undefined;
  };
}

/** What is known of the price of a model. */
interface Price {
  isOwn: boolean;
  of: PriceOf | undefined;
}

function ownPrice({ input, output, cacheRead = input, cacheWrite = input }: ModelPrice): PriceOf {
  return (usage) => {
    const read = usage.cacheReadInputTokens ?? 0;
    const write = usage.cacheWriteInputTokens ?? 0;
    const uncached = (usage.inputTokens ?? 0) - read - write;
    if (uncached < 0) return undefined;
    return (uncached * input + read * cacheRead + write * cacheWrite + (usage.outputTokens ?? 0) * output) / 1_000_000;
  };
}

function readPriceTable(option: unknown): Map<string, ModelPrice> {
  const table = typeof option === 'string' ? readPriceFile(option) : option;
  const prices = new Map<string, ModelPrice>();
  if (table === undefined) return prices;
  if (typeof table !== 'object' || table === null || Array.isArray(table)) {
    warnOnce('option "prices" must be a table of models, a path, or false; the bundled prices are used');
    return prices;
  }
  for (const [model, price] of Object.entries(table as Record<string, unknown>)) {
    if (isModelPrice(price)) prices.set(model, price);
    else
      warnOnce(
        `option "prices": the entry of a model needs "input" and "output" in US dollars for a million tokens; "${model.slice(0, 80)}" is ignored`,
      );
  }
  return prices;
}

function readPriceFile(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'is not JSON' : 'cannot be read';
    warnOnce(`the price file ${path} ${reason}; the bundled prices are used`);
    return undefined;
  }
}

const isAmount = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0;

function isModelPrice(value: unknown): value is ModelPrice {
  if (typeof value !== 'object' || value === null) return false;
  const { input, output, cacheRead, cacheWrite } = value as Record<string, unknown>;
  return (
    isAmount(input) &&
    isAmount(output) &&
    (cacheRead === undefined || isAmount(cacheRead)) &&
    (cacheWrite === undefined || isAmount(cacheWrite))
  );
}

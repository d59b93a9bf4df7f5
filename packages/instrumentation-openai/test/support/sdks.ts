import { createRequire } from 'node:module';
import OpenAI, { AzureOpenAI } from 'openai';

/** One release of the `openai` package. Older ones are typed as the newest: what differs is said where it is called. */
export interface Sdk {
  version: string;
  major: number;
  OpenAI: typeof OpenAI;
  AzureOpenAI: typeof AzureOpenAI;
  /** Loads a file of the package, such as `resources/beta/chat/completions`. */
  load(path: string): Record<string, unknown>;
}

const release = (version: string): Sdk => {
  const require = createRequire(new URL(`../../../../test/sdks/openai-${version}/package.json`, import.meta.url));
  const exports = require('openai') as { OpenAI: typeof OpenAI; AzureOpenAI: typeof AzureOpenAI };
  return {
    version,
    major: Number.parseInt(version, 10),
    OpenAI: exports.OpenAI,
    AzureOpenAI: exports.AzureOpenAI,
    load: (path) => require(`openai/${path}`) as Record<string, unknown>,
  };
};

const require = createRequire(import.meta.url);

export const newest: Sdk = {
  version: '7',
  major: 7,
  OpenAI,
  AzureOpenAI,
  load: (path) => require(`openai/${path}`) as Record<string, unknown>,
};

/** The oldest and the newest 4.x, and the newest of each later major. */
export const sdks: readonly Sdk[] = [release('4.19'), release('4'), release('5'), release('6'), newest];

/** `4.19` comes before `4`, the last of the 4.x. */
export const isAtLeast = (sdk: Sdk, since: string): boolean =>
  sdks.indexOf(sdk) >= sdks.findIndex(({ version }) => version === since);

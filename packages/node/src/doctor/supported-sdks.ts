import type { GenAIInstrumentation } from '@genai-otel/core';
import { getGenAIInstrumentations } from '../instrumentations.ts';

/** A package that one of our instrumentations hooks. */
export interface SupportedSdk {
  package: string;
  /** Semantic version range. */
  versions: string;
}

/** What the hook tables of all instrumentations name. */
export function supportedSdks(): SupportedSdk[] {
  const instrumentations = getGenAIInstrumentations({ enabled: false }) as unknown as Pick<
    GenAIInstrumentation,
    'hookTable'
  >[];
  return instrumentations
    .map(({ hookTable }) => ({ package: hookTable.package, versions: hookTable.versions }))
    .sort((one, other) => one.package.localeCompare(other.package));
}

import { flag, GenAIInstrumentation, type HookTable, moduleIncludes } from '@genai-otel/core';
import packageJson from '../package.json' with { type: 'json' };
import type { OpenAIInstrumentationConfig } from './config.ts';
import { hooks } from './hooks.ts';

/**
 * OpenTelemetry instrumentation of the `openai` package, 4.19 to 7.x.
 *
 * @example
 * registerInstrumentations({ instrumentations: [new OpenAIInstrumentation()] });
 */
export class OpenAIInstrumentation extends GenAIInstrumentation<OpenAIInstrumentationConfig> {
  /** URLs of the ES modules that a module hook has to see. */
  static readonly moduleIncludes: readonly RegExp[] = moduleIncludes(hooks);

  constructor(config: OpenAIInstrumentationConfig = {}) {
    super(packageJson.name, packageJson.version, {
      ...config,
      injectStreamUsage: flag(config?.injectStreamUsage, 'injectStreamUsage'),
    });
  }

  protected override hooks(): HookTable {
    return hooks;
  }
}

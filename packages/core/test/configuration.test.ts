import { describe, expect, it } from 'vitest';
import { recordInMemory } from '../../../test/conformance/record.ts';
import { flag, type GenAIInstrumentationConfig, resolveConfig } from '../src/configuration.ts';
import type { HookTable } from '../src/hooks/hook-table.ts';
import { GenAIInstrumentation } from '../src/hooks/instrumentation.ts';
import { observeValue } from '../src/hooks/observe-promise.ts';
import { recordOperation } from '../src/hooks/record-operation.ts';
import { chat, createRecorder, hearDiagnostics } from './support.ts';

const heard = hearDiagnostics();
const request = { operation: 'chat', provider: 'openai', model: 'gpt-4o' };
const bad = (config: unknown) => config as GenAIInstrumentationConfig;
const CAPTURE = 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT';

describe('captureContent', () => {
  it.each([
    [undefined, undefined, 'NO_CONTENT'],
    [undefined, 'span_only', 'SPAN_ONLY'],
    ['EVENT_ONLY', 'SPAN_ONLY', 'EVENT_ONLY'],
    ['NO_CONTENT', 'SPAN_AND_EVENT', 'NO_CONTENT'],
    [() => 'SPAN_AND_EVENT', 'NO_CONTENT', 'SPAN_AND_EVENT'],
    [() => undefined, 'SPAN_ONLY', 'NO_CONTENT'],
  ])('option %s and environment %s mean %s', (captureContent, variable, mode) => {
    const config = resolveConfig(bad({ captureContent }), variable === undefined ? {} : { [CAPTURE]: variable });
    expect(config.captureMode(request)).toBe(mode);
    expect(heard.all()).toEqual([]);
  });

  it('lets a function decide by the operation, the provider and the model', () => {
    const seen: unknown[] = [];
    const { captureMode } = resolveConfig({
      captureContent: (asked) => {
        seen.push(asked);
        return 'NO_CONTENT';
      },
    });
    captureMode(request);
    expect(seen).toEqual([request]);
  });

  it('a function that throws captures nothing', () => {
    const { captureMode } = resolveConfig({
      captureContent: () => {
        throw new Error('x');
      },
    });
    expect(captureMode(request)).toBe('NO_CONTENT');
    expect(heard.errors).toHaveLength(1);
  });

  it('a function that answers with something else warns once, not with every request', () => {
    const { captureMode } = resolveConfig(bad({ captureContent: () => true }));
    for (let times = 0; times < 5; times++) expect(captureMode(request)).toBe('NO_CONTENT');
    expect(heard.warnings).toHaveLength(1);
  });

  it('a bad variable gives one warning and captures nothing', () => {
    expect(resolveConfig({}, { [CAPTURE]: 'true' }).captureMode(request)).toBe('NO_CONTENT');
    expect(heard.warnings).toEqual([expect.stringContaining(CAPTURE)]);
  });
});

/** Values of no use for an option, each in a form that is told apart from the others, as the same warning is given once. */
const wrongTypes: [option: string, values: unknown[]][] = [
  ['captureContent', ['everything', 1, true, {}, [], Symbol('x'), 1n]],
  ['captureUserId', ['yes']],
  ['prices', [5]],
  ['providers', [[['llm.example.com', 'openai'], 'openai']]],
  ['redactors', ['email', 5, {}, ['nobody'], [null]]],
  ['maxContentLength', ['10', -1, 1.5, Number.NaN, null, {}]],
  ['contentMode', ['everything', 1, null, {}]],
  ['hashUserIds', ['yes', 1, { salt: '' }, { salt: 5 }, {}, null, []]],
];

describe('an option of a wrong type', () => {
  it.each(wrongTypes.flatMap(([option, values]) => values.map((value) => [option, value] as const)))(
    '%s: %o gives exactly one warning that names the option, and works on',
    (option, value) => {
      const config = resolveConfig(bad({ [option]: value }), {});
      config.captureMode(request);
      expect(config.cost('openai', 'gpt-4o', { usage: { inputTokens: 1 } })).toBeGreaterThan(0);
      expect(heard.warnings).toEqual([expect.stringContaining(option.replace(/s$/, ''))]);
      expect(heard.errors).toEqual([]);
    },
  );

  it('providers as a list name no host', () => {
    expect(resolveConfig(bad({ providers: [['llm.example.com', 'openai'], 'openai'] }), {}).providers.size).toBe(0);
  });

  it('one bad provider is left out, with one warning, and the others hold', () => {
    const { providers } = resolveConfig(
      bad({ providers: { 'a.example.com': 5, 'B.example.com': 'azure.ai.openai' } }),
      {},
    );
    expect([...providers]).toEqual([['b.example.com', 'azure.ai.openai']]);
    expect(heard.warnings).toEqual([expect.stringContaining('a.example.com')]);
  });

  it.each([
    ['captureUserId', 'true'],
    ['captureUserId', 1],
  ])('%s: %o records no user', async (option, value) => {
    const { recorder, memory } = createRecorder(bad({ [option]: value }));
    recorder.start(chat({ model: 'm', userId: 'jane@example.com' })).complete();
    expect(JSON.stringify((await memory.collect()).spans[0]?.attributes)).not.toContain('jane');
  });

  it.each(['redactors', 'contentMode'])('%s records no content at all', async (option) => {
    const { recorder, memory } = createRecorder(bad({ [option]: 'nonsense', captureContent: 'SPAN_AND_EVENT' }));
    const inputMessages = () => [{ role: 'user', parts: [{ type: 'text', content: 'my secret' }] }];
    recorder.start(chat({ model: 'm', inputMessages })).complete();
    const { spans, logs } = await memory.collect();
    expect(
      JSON.stringify([spans.map(({ attributes }) => attributes), logs.map(({ attributes }) => attributes)]),
    ).not.toContain('my secret');
  });

  it.each([undefined, true, false])('flag %s is no reason to warn', (value) => {
    expect(flag(value, 'x')).toBe(value === true);
    expect(heard.all()).toEqual([]);
  });
});

class Sdk {
  ask(question: string) {
    return `answer to ${question}`;
  }
}

class TestInstrumentation extends GenAIInstrumentation {
  constructor(config?: unknown) {
    super('@genai-otel/test', '1.0.0', config as GenAIInstrumentationConfig);
  }
  protected override hooks(): HookTable {
    return {
      package: 'no-such-package',
      versions: '*',
      files: [
        {
          file: 'index',
          find: (exports) => exports,
          methods: [
            {
              class: '',
              method: 'ask',
              call: (invocation) =>
                recordOperation(invocation, () => ({
                  start: chat(),
                  observe: (result, recording) => observeValue(result, recording, () => ({})),
                })),
            },
          ],
        },
      ],
    };
  }
}

describe('an instrumentation', () => {
  const instrumented = (config: unknown) => {
    const instrumentation = new TestInstrumentation(config);
    const Own = class extends Sdk {};
    return { instrumentation, sdk: new (instrumentation.instrument(Own))() };
  };

  it.each([[null], ['options'], [5], [[]]])(
    'that is given %j for its options works with the defaults',
    async (config) => {
      const { instrumentation, sdk } = instrumented(config);
      const memory = recordInMemory();
      instrumentation.setTracerProvider(memory.tracerProvider);
      expect(sdk.ask('this')).toBe('answer to this');
      expect((await memory.collect()).spans).toHaveLength(1);
    },
  );

  it('warns of a bad option once, also when providers come later and options are set again', () => {
    const config = { contentMode: 'odd', captureContent: 'odd', hashUserIds: 7, maxContentLength: 'odd' };
    const { instrumentation, sdk } = instrumented(config);
    sdk.ask('a');
    for (let times = 0; times < 2; times++) {
      const memory = recordInMemory();
      instrumentation.setMeterProvider(memory.meterProvider);
      instrumentation.setTracerProvider(memory.tracerProvider);
      sdk.ask('b');
    }
    for (const option of Object.keys(config)) {
      expect(
        heard.warnings.filter((warning) => warning.includes(option)),
        option,
      ).toHaveLength(1);
    }
  });

  it('passes calls through while it is disabled, and records again when it is enabled', async () => {
    const { instrumentation, sdk } = instrumented({ enabled: false });
    const memory = recordInMemory();
    instrumentation.setTracerProvider(memory.tracerProvider);
    expect(sdk.ask('a')).toBe('answer to a');
    expect((await memory.collect()).spans).toHaveLength(0);
    instrumentation.enable();
    expect(sdk.ask('b')).toBe('answer to b');
    instrumentation.disable();
    expect(sdk.ask('c')).toBe('answer to c');
    expect((await memory.collect()).spans).toHaveLength(1);
  });

  it('takes what is no class without a throw', () => {
    const instrumentation = new TestInstrumentation({});
    for (const nothing of [undefined, null, 5, 'OpenAI', {}, () => 1]) {
      expect(instrumentation.instrument(nothing)).toBe(nothing);
    }
    expect(heard.errors).toEqual([]);
  });
});

import { describe, expect, it, vi } from 'vitest';
import { consult, examine, noExport, openai, stub } from './support.ts';

vi.setConfig({ testTimeout: 60_000 });

describe('other instrumentations', () => {
  it.for([
    ['@opentelemetry/instrumentation-openai', 'left to it, and counted once'],
    ['@opentelemetry/auto-instrumentations-node', 'OTEL_NODE_DISABLED_INSTRUMENTATIONS=openai'],
    ['@traceloop/instrumentation-openai', 'left to it, and counted once'],
    ['openlit', 'recorded twice'],
    ['@arizeai/openinference-instrumentation-openai', 'OpenInference'],
    ['dd-trace', 'Preload @genai-otel/node before dd-trace'],
    ['@sentry/node', 'Sentry.init()'],
  ] as const)('%s is found, with what happens and what to do', async ([name, said]) => {
    const { code, stdout } = await consult({ packages: { [name]: stub(name, '0.22.0') } });
    expect(stdout).toContain(`! ${name} 0.22.0  `);
    expect(stdout).toContain(said);
    expect(code).toBe(0);
  });

  it('that an application does not have are not invented', async () => {
    const { report } = await examine({});
    expect(report.otherInstrumentations).toEqual([]);
  });
});

describe('copies of @opentelemetry/api', () => {
  const nested = (version: string) => ({
    ...stub('other', '1.0.0'),
    'node_modules/@opentelemetry/api/package.json': stub('@opentelemetry/api', version)['package.json'] ?? '',
  });

  it('the only one wins', async () => {
    const { report } = await examine({});
    expect(report.apiCopies).toMatchObject([{ wins: true, recorded: true, usedBy: ['@genai-otel/node'] }]);
  });

  it('a newer one records nothing and is warned of', async () => {
    const { code, report } = await examine({ packages: { other: nested('1.99.0') } });
    expect(report.apiCopies).toContainEqual(
      expect.objectContaining({ version: '1.99.0', wins: false, recorded: false, usedBy: [] }),
    );
    expect(report.findings).toMatchObject([
      { level: 'warning', section: 'OpenTelemetry API', action: expect.stringContaining('npm dedupe') },
    ]);
    expect(code).toBe(0);
  });

  it('an older one reports to the one that wins, without a warning', async () => {
    const { report } = await examine({ packages: { other: nested('1.9.1') } });
    expect(report.apiCopies).toContainEqual(expect.objectContaining({ version: '1.9.1', recorded: true }));
    expect(report.findings).toEqual([]);
  });

  it("the application's own is told from ours", async () => {
    const { report } = await examine({ packages: { '@opentelemetry/api': stub('@opentelemetry/api', '1.9.0') } });
    expect(report.apiCopies.map(({ version, usedBy }) => [version, usedBy])).toContainEqual(['1.9.0', ['application']]);
  });
});

describe('the runtime', () => {
  it('is named with the function that carries the hook', async () => {
    const { report } = await examine({ packages: { openai: openai('6') } });
    expect(report.runtime).toMatchObject({
      node: process.versions.node,
      requiredNode: '>=22.15.0',
      nodeSupported: true,
      hook: 'registerHooks',
      resolvable: true,
    });
  });
});

describe('content capture and convention', () => {
  const capture = 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT';

  it('are off and stable unless asked for', async () => {
    const { report } = await examine({});
    expect(report.content).toEqual({ captureMode: 'NO_CONTENT', source: 'default' });
    expect(report.convention).toEqual({ attributes: '1.41.0', metrics: ['1.41.0'], unknown: [] });
  });

  it('are read from the environment', async () => {
    const env = {
      ...noExport,
      [capture]: 'span_only',
      OTEL_SEMCONV_STABILITY_OPT_IN: 'http,gen_ai_latest_experimental/dup',
    };
    const { report } = await examine({}, env);
    expect(report.content).toEqual({ captureMode: 'SPAN_ONLY', source: 'environment' });
    expect(report.convention).toEqual({ attributes: 'latest', metrics: ['1.41.0', 'latest'], unknown: [] });
    expect(report.findings).toEqual([]);
  });

  it('a bad value is said, and nothing is captured', async () => {
    const { code, stdout } = await consult({}, { ...noExport, [capture]: 'true' });
    expect(stdout).toContain('! content capture  NO_CONTENT');
    expect(stdout).toContain(`${capture}: "true" is not a content capture mode`);
    expect(stdout).toContain(`→ Correct or unset ${capture}.`);
    expect(code).toBe(0);
  });

  it('a misspelt opt-in is said', async () => {
    const { report } = await examine({}, { ...noExport, OTEL_SEMCONV_STABILITY_OPT_IN: 'gen_ai_latest' });
    expect(report.convention).toEqual({ attributes: '1.41.0', metrics: ['1.41.0'], unknown: ['gen_ai_latest'] });
    expect(report.findings).toMatchObject([{ level: 'warning', label: 'convention' }]);
  });
});

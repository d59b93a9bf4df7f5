import type { Application } from '../application.ts';
import type { Check, Result } from '../report.ts';

interface OtherInstrumentation {
  /** The npm package; a name that ends in `*` stands for each supported SDK. */
  package: string;
  /** What happens if it is started as well. */
  remark: string;
  action: string;
  level?: Result['level'];
}

const twice = 'if it is started as well, calls are recorded twice';
const leftToIt = 'if it is started as well, calls below its spans are left to it, and counted once';
const elsewhere = 'if it is started as well, calls are also recorded there, in its own traces';

/** What else instruments model calls on Node.js. */
const others: readonly OtherInstrumentation[] = [
  {
    package: '@opentelemetry/instrumentation-openai',
    remark: leftToIt,
    action: 'Leave it out of the instrumentations that you register.',
  },
  {
    package: '@opentelemetry/auto-instrumentations-node',
    remark: `brings OpenTelemetry's own OpenAI instrumentation; ${leftToIt}`,
    action: 'Set OTEL_NODE_DISABLED_INSTRUMENTATIONS=openai, or disable it in getNodeAutoInstrumentations().',
  },
  {
    package: '@traceloop/node-server-sdk',
    remark: `starts an OpenTelemetry of its own with its own instrumentations; ${leftToIt}`,
    action: 'Do not call its initialize().',
  },
  {
    package: '@traceloop/instrumentation-*',
    remark: leftToIt,
    action: 'Leave it out of the instrumentations that you register.',
  },
  {
    package: '@arizeai/openinference-instrumentation-*',
    remark: `${leftToIt}, in OpenInference's attributes`,
    action: 'Leave it out of the instrumentations that you register.',
  },
  {
    package: 'openlit',
    remark: `starts an OpenTelemetry of its own with its own instrumentations; ${twice}`,
    action: 'Do not call its init().',
  },
  {
    package: '@langfuse/openai',
    remark: 'clients that observeOpenAI() has wrapped are recorded twice',
    action: 'Use the client without observeOpenAI().',
  },
  {
    package: '@langfuse/otel',
    remark: 'a span processor, not an instrumentation: it delivers our spans to Langfuse as they are',
    action: '',
    level: 'note',
  },
  {
    package: 'langfuse',
    remark: 'clients that observeOpenAI() has wrapped are recorded there as well',
    action: 'Use the client without observeOpenAI().',
  },
  ...['@sentry/node', '@sentry/nextjs', '@sentry/bun'].map((name) => ({
    package: name,
    remark: elsewhere,
    action: 'Leave its AI integrations (such as openAIIntegration) out of Sentry.init().',
  })),
  {
    package: 'dd-trace',
    remark: 'if it is started first, the hook may not see ES modules any more; calls are also recorded there',
    action: 'Preload @genai-otel/node before dd-trace, or set DD_TRACE_DISABLED_INSTRUMENTATIONS=openai.',
  },
  { package: 'newrelic', remark: elsewhere, action: 'Leave ai_monitoring.enabled of New Relic off.' },
  {
    package: '@elastic/opentelemetry-node',
    remark: `brings OpenTelemetry's own OpenAI instrumentation; ${leftToIt}`,
    action: 'Set OTEL_NODE_DISABLED_INSTRUMENTATIONS=openai.',
  },
  {
    package: '@elastic/opentelemetry-instrumentation-openai',
    remark: leftToIt,
    action: 'Leave it out of the instrumentations that you register.',
  },
  {
    package: 'braintrust',
    remark: elsewhere,
    action: 'Do not wrap clients with wrapOpenAI(), and leave its preload hook out.',
  },
];

export interface OtherInstrumentationReport {
  package: string;
  version: string;
  directory: string;
  remark: string;
}

/** Packages that the application can resolve and that instrument model calls too. Installed does not mean started. */
export function checkOtherInstrumentations(
  application: Application,
  sdks: readonly string[],
): Check<OtherInstrumentationReport[]> {
  const data: OtherInstrumentationReport[] = [];
  const results: Result[] = [];
  for (const { package: pattern, remark, action, level } of others) {
    for (const name of namesOf(pattern, sdks)) {
      const installed = application.findPackage(name);
      if (installed === undefined) continue;
      const { version, directory } = installed;
      data.push({ package: name, version, directory, remark });
      results.push({
        level: level ?? 'warning',
        label: `${name} ${version}`,
        text: remark,
        action: action || undefined,
      });
    }
  }
  if (results.length === 0)
    results.push({ level: 'ok', label: 'none', text: 'nothing else that instruments model calls was found' });
  return { data, results };
}

function namesOf(pattern: string, sdks: readonly string[]): string[] {
  if (!pattern.endsWith('*')) return [pattern];
  // Their packages are called after the SDK without its scope, or after the scope alone: `anthropic` of `@anthropic-ai/sdk`.
  const endings = new Set(
    sdks.flatMap((sdk) => sdk.split('/')).map((part) => part.replace(/^@/, '').replace(/-ai$/, '')),
  );
  return [...endings].map((ending) => pattern.replace('*', ending));
}

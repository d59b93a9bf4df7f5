import satisfies from 'semver/functions/satisfies.js';
import { isSdkDisabled } from '../../environment.ts';
import type { Application, InstalledPackage } from '../application.ts';
import { type NodeOptions, readNodeOptions } from '../probe/node-options.ts';
import type { RouteResult } from '../probe/result.ts';
import { runProbe } from '../probe/run-probe.ts';
import type { Check, Result } from '../report.ts';
import type { SupportedSdk } from '../supported-sdks.ts';

/** Why an installed SDK is not hooked. */
export type NotHookedReason =
  | 'version-out-of-range'
  | 'disabled'
  | 'could-not-be-loaded'
  | 'loaded-before-the-hook'
  | 'outside-of-node-modules'
  | 'unknown';

export interface SdkReport {
  package: string;
  /** The versions that are supported, as a semantic version range. */
  supported: string;
  status: 'hooked' | 'not-hooked' | 'not-installed';
  version?: string;
  directory?: string;
  reason?: NotHookedReason;
  message?: string;
  /** What `import` and `require` of the application lead to. Absent where nothing was loaded. */
  routes?: RouteResult[];
  /** Copies that other packages bring, at other versions or places. */
  otherCopies?: { version: string; directory: string; supported: boolean }[];
}

/** Whether one SDK is hooked when the application loads it, tried in a process of its own. */
export async function checkSdk(
  application: Application,
  sdk: SupportedSdk,
  copies: readonly InstalledPackage[],
): Promise<Check<SdkReport>> {
  const installed = application.findPackage(sdk.package);
  if (installed === undefined) return notInstalled(application, sdk);
  const otherCopies = copies
    .filter(({ name, directory }) => name === sdk.package && directory !== installed.directory)
    .map(({ version, directory }) => ({ version, directory, supported: satisfies(version, sdk.versions) }));
  const data: SdkReport = {
    package: sdk.package,
    supported: sdk.versions,
    version: installed.version,
    directory: installed.directory,
    ...(otherCopies.length > 0 ? { otherCopies } : {}),
    ...(await diagnose(application, sdk, installed)),
  };
  return { data, results: [describe(application, data), ...describeOtherCopies(application, data)] };
}

type Diagnosis = Pick<SdkReport, 'status' | 'reason' | 'message' | 'routes'>;

const notHooked = (reason: NotHookedReason, more: Omit<Diagnosis, 'status' | 'reason'> = {}): Diagnosis => ({
  status: 'not-hooked',
  reason,
  ...more,
});

async function diagnose(application: Application, sdk: SupportedSdk, installed: InstalledPackage): Promise<Diagnosis> {
  if (!satisfies(installed.version, sdk.versions)) return notHooked('version-out-of-range');
  const options = readNodeOptions(process.env.NODE_OPTIONS ?? '', process.execArgv);
  const diagnosis = await tryOut(application, sdk, [...options.resolution, ...options.preloads]);
  if (diagnosis.status === 'hooked')
    return isSdkDisabled() ? notHooked('disabled', diagnosis.routes ? { routes: diagnosis.routes } : {}) : diagnosis;
  if (diagnosis.reason === 'unknown' && (await isPreloadToBlame(application, sdk, options))) {
    return { ...diagnosis, reason: 'loaded-before-the-hook' };
  }
  return diagnosis;
}

async function isPreloadToBlame(application: Application, sdk: SupportedSdk, options: NodeOptions): Promise<boolean> {
  if (options.preloads.length === 0) return false;
  return (await tryOut(application, sdk, options.resolution)).status === 'hooked';
}

async function tryOut(application: Application, sdk: SupportedSdk, nodeOptions: string[]): Promise<Diagnosis> {
  const outcome = await runProbe(application, sdk.package, nodeOptions);
  if ('failure' in outcome) return notHooked('could-not-be-loaded', { message: outcome.failure });
  const { routes } = outcome;
  const offered = routes.filter(({ status }) => status !== 'absent');
  const failure = offered.find(({ status }) => status === 'failed');
  if (failure?.message !== undefined) return notHooked('could-not-be-loaded', { message: failure.message, routes });
  if (offered.length === 0) return notHooked('could-not-be-loaded', { message: 'it has no main entry', routes });
  if (offered.every(({ status }) => status === 'hooked')) return { status: 'hooked', routes };
  const isElsewhere = ({ path = '' }: RouteResult) =>
    !path.replaceAll('\\', '/').includes(`/node_modules/${sdk.package}/`);
  return notHooked(offered.some(isElsewhere) ? 'outside-of-node-modules' : 'unknown', { routes });
}

function notInstalled(application: Application, sdk: SupportedSdk): Check<SdkReport> {
  const data: SdkReport = { package: sdk.package, supported: sdk.versions, status: 'not-installed' };
  const label = sdk.package;
  const supported = `(supported: ${sdk.versions})`;
  if (!application.declares(sdk.package)) {
    return {
      data,
      results: [{ level: 'note', label, text: `not installed where the application resolves it ${supported}` }],
    };
  }
  const text = `named in package.json, but not installed where the application resolves it ${supported}`;
  const action =
    'Run npm install. If a bundler has put it into your build, keep it external, or give its class to instrument().';
  return { data, results: [{ level: 'warning', label, text, action }] };
}

const explanations: Record<NotHookedReason, (sdk: SdkReport) => { text: string; action: string }> = {
  'version-out-of-range': ({ package: name, version, supported }) => ({
    text: `version ${version} is outside of the supported range ${supported}`,
    action: `Install a version in that range (npm install "${name}@${supported}"), or a release of @genai-otel/node that supports ${version}.`,
  }),
  disabled: () => ({
    text: 'OTEL_SDK_DISABLED=true switches OpenTelemetry off; it would be hooked otherwise',
    action: 'Unset OTEL_SDK_DISABLED.',
  }),
  'could-not-be-loaded': ({ package: name, message }) => ({
    text: `could not be loaded – ${message ?? 'no reason was given'}`,
    action: `Make node --eval "import('${name}')" work in this folder first.`,
  }),
  'loaded-before-the-hook': () => ({
    text: 'loaded by another preload before the hook was there',
    action:
      'Put --import @genai-otel/node/register (or /hook) before the other preloads, in NODE_OPTIONS or on the command line.',
  }),
  'outside-of-node-modules': ({ package: name }) => ({
    text: `linked to a folder that is not node_modules/${name}, where the hook does not look`,
    action: 'Install the package instead of linking it, or give its class to instrument() of its instrumentation.',
  }),
  unknown: () => ({
    text: 'loaded, but not everything in it was hooked',
    action:
      'Another module hook may be in the way: try without the instrumentations named below, or give the class to instrument().',
  }),
};

function describe(application: Application, sdk: SdkReport): Result {
  const label = `${sdk.package} ${sdk.version}`;
  const details = (sdk.routes ?? []).map((route) => describeRoute(application, route));
  if (sdk.reason === undefined) return { level: 'ok', label, text: `hooked (supported: ${sdk.supported})`, details };
  const { text, action } = explanations[sdk.reason](sdk);
  return { level: 'problem', label, text: `not hooked: ${text}`, details, action };
}

function describeRoute(
  application: Application,
  { route, status, path, format, hookedFiles, missedFiles = [], methods, message }: RouteResult,
): string {
  const target =
    path === undefined
      ? ''
      : ` → ${application.displayPath(path)}${format === undefined ? '' : format === 'esm' ? ' (ESM)' : ' (CommonJS)'}`;
  const outcomes = {
    hooked: () => `hooked: ${methods} ${methods === 1 ? 'method' : 'methods'} in ${hookedFiles?.join(', ')}`,
    'not-hooked': () => (missedFiles.length > 0 ? `not hooked: ${missedFiles.join(', ')}` : 'not hooked'),
    failed: () => message ?? 'could not be loaded',
    absent: () => 'the package offers no such entry',
  };
  return `${route.padEnd('require'.length)}${target}: ${outcomes[status]()}`;
}

function describeOtherCopies(
  application: Application,
  { package: name, supported, otherCopies = [] }: SdkReport,
): Result[] {
  return otherCopies.map((copy) => {
    const result = {
      label: `${name} ${copy.version}`,
      text: `another copy, in ${application.displayPath(copy.directory)}`,
    };
    if (copy.supported) return { level: 'note', ...result, text: `${result.text}: hooked when it is loaded` };
    return {
      level: 'warning',
      ...result,
      text: `${result.text}: not hooked, outside of the supported range ${supported}`,
      action: 'Calls of whoever brings that copy are not recorded. Update it, or use overrides in package.json.',
    };
  });
}

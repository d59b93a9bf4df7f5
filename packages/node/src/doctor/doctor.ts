import { Application } from './application.ts';
import { apiPackage, checkApiCopies } from './checks/api-copies.ts';
import { checkBundlers } from './checks/bundlers.ts';
import { checkContent, checkConvention } from './checks/content.ts';
import { checkExporters } from './checks/endpoint.ts';
import { checkOtherInstrumentations } from './checks/other-instrumentations.ts';
import { checkRuntime } from './checks/runtime.ts';
import { checkSdk } from './checks/sdk.ts';
import { findInstalledCopies } from './installed-copies.ts';
import { render, verdict } from './render.ts';
import { type Check, countLevel, type Section } from './report.ts';
import { concealSecrets } from './secrets.ts';
import { supportedSdks } from './supported-sdks.ts';

/**
 * Examines the application in a folder, and prints what was found.
 *
 * With `json` it prints one object: `schemaVersion` (1; raised when a member changes its meaning or goes), `ok` (false if an
 * installed SDK is not hooked), `runtime` (`RuntimeReport`), `sdks` (`SdkReport[]`), `bundlers` (names), `otherInstrumentations`
 * (`OtherInstrumentationReport[]`), `apiCopies` (`ApiCopy[]`), `exporters` (`ExporterReport[]`), `content`
 * (`ContentReport`), `convention` (`ConventionReport`), and `findings`, which lists every warning and problem as `level`,
 * `section`, `label`, `text` and, where something can be done, `action`.
 *
 * @returns the exit code: 1 if an SDK is installed and not hooked, otherwise 0
 */
export async function doctor(directory: string, { json }: { json: boolean }): Promise<number> {
  const application = new Application(directory);
  const supported = supportedSdks();
  const names = supported.map((sdk) => sdk.package);
  const copies = findInstalledCopies(directory, new Set([...names, apiPackage]));
  const exportersPending = checkExporters(application, process.env);

  const runtime = checkRuntime(application);
  const sdks: Awaited<ReturnType<typeof checkSdk>>[] = [];
  // One after the other: each loads an SDK in a process of its own.
  for (const sdk of supported) sdks.push(await checkSdk(application, sdk, copies));
  const bundlers = checkBundlers(application);
  const otherInstrumentations = checkOtherInstrumentations(application, names);
  const apiCopies = checkApiCopies(application, copies);
  const exporters = await exportersPending;
  const content = checkContent(process.env);
  const convention = checkConvention(process.env);

  const section = (title: string, ...checks: Check<unknown>[]): Section => ({
    title,
    results: checks.flatMap(({ results }) => results),
  });
  const sections = concealSecrets(
    [
      section('Runtime', runtime),
      section('SDKs', ...sdks, bundlers),
      section('Other instrumentations', otherInstrumentations),
      section('OpenTelemetry API', apiCopies),
      section('Export', exporters),
      section('Recording', content, convention),
    ],
    process.env,
  );
  const sdkReports = sdks.map(({ data }) => data);
  const ok = countLevel(sections, 'problem') === 0;
  if (json) {
    const facts = {
      runtime: runtime.data,
      sdks: sdkReports,
      bundlers: bundlers.data,
      otherInstrumentations: otherInstrumentations.data,
      apiCopies: apiCopies.data,
      exporters: exporters.data,
      content: content.data,
      convention: convention.data,
    };
    const findings = sections.flatMap(({ title, results }) =>
      results
        .filter(({ level }) => level === 'warning' || level === 'problem')
        .map(({ level, label, text, action }) => ({ level, section: title, label, text, action })),
    );
    const report = { schemaVersion: 1, ok, ...concealSecrets(facts, process.env), findings };
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  } else {
    process.stdout.write(render(sections, verdict(sections, sdkReports)));
  }
  return ok ? 0 : 1;
}

import satisfies from 'semver/functions/satisfies.js';
import { type Application, findPackage, type InstalledPackage } from '../application.ts';
import type { Check, Result } from '../report.ts';

export const apiPackage = '@opentelemetry/api';

export interface ApiCopy {
  version: string;
  directory: string;
  /** Who resolves to this copy, of those that matter here. */
  usedBy: ('@genai-otel/node' | 'application')[];
  /** Whether its version becomes that of the process, when `@genai-otel/node/register` starts OpenTelemetry. */
  wins: boolean;
  /** Whether what goes through this copy is recorded then. */
  recorded: boolean;
}

/**
 * The copies of `@opentelemetry/api`. They share one global, which has the version of the copy that registers first; a copy
 * of a newer minor version, or of another major one, does not use it and records nothing, silently.
 */
export function checkApiCopies(application: Application, copies: readonly InstalledPackage[]): Check<ApiCopy[]> {
  const ours = findPackage(apiPackage, import.meta.url);
  const applications = application.findPackage(apiPackage);
  const all = new Map<string, InstalledPackage>();
  for (const copy of [ours, applications, ...copies.filter(({ name }) => name === apiPackage)]) {
    if (copy !== undefined) all.set(copy.directory, copy);
  }
  const data = [...all.values()].map(({ version, directory }): ApiCopy => {
    const usedBy: ApiCopy['usedBy'] = [];
    if (directory === ours?.directory) usedBy.push('@genai-otel/node');
    if (directory === applications?.directory) usedBy.push('application');
    const recorded = ours === undefined || isServedBy(version, ours.version);
    return { version, directory, usedBy, wins: directory === ours?.directory, recorded };
  });
  return { data, results: data.map((copy) => describe(application, copy, ours?.version ?? '', data)) };
}

function isServedBy(version: string, winner: string): boolean {
  const [major, minor] = winner.split('.');
  return satisfies(version, `${major}.0 - ${major}.${minor}`);
}

function describe(application: Application, copy: ApiCopy, winner: string, all: readonly ApiCopy[]): Result {
  const label = `${apiPackage} ${copy.version}`;
  const users =
    copy.usedBy.length > 0
      ? `, used by ${copy.usedBy.map((user) => (user === 'application' ? 'the application' : user)).join(' and ')}`
      : '';
  const place = `${application.displayPath(copy.directory)}${users}`;
  if (copy.wins)
    return { level: 'ok', label, text: all.length === 1 ? `the only copy: ${place}` : `this copy wins: ${place}` };
  if (copy.recorded) {
    return { level: 'note', label, text: `${place}; reports to ${winner} as long as that is started first` };
  }
  return {
    level: 'warning',
    label,
    text: `${place}; records nothing, as ${winner} wins and serves no newer version`,
    action: `Install one version for all: npm dedupe, or "overrides": { "${apiPackage}": "${copy.version}" } in package.json.`,
  };
}

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Packages by the text of their license, which many share. */
const packages = new Map<string, Set<string>>();

/**
 * Collects the licenses of all packages that end up in the bundles, and writes them into one file.
 *
 * @param path where to
 */
export function thirdPartyLicenses(path: string) {
  return {
    name: 'third-party-licenses',
    generateBundle(_: unknown, bundle: Record<string, { type: string; moduleIds?: string[] }>) {
      for (const { moduleIds = [] } of Object.values(bundle)) for (const id of moduleIds) collect(id);
      mkdirSync(dirname(path), { recursive: true });
      const sections = [...packages].map(([text, names]) => `${[...names].sort().join('\n')}\n\n${text}`).sort();
      writeFileSync(path, sections.join(`\n\n${'-'.repeat(80)}\n\n`));
    },
  };
}

function collect(moduleId: string): void {
  const directory = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(moduleId)?.[0];
  if (directory === undefined) return;
  const { name, version, license } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  const title = `${name} ${version}: ${license}`;
  const files = readdirSync(directory).filter(
    (file) => /^(licen[cs]e|notice)/i.test(file) && /^[^.]+(\.(md|txt))?$/.test(file),
  );
  const readable = files.flatMap((file) => {
    try {
      return readFileSync(join(directory, file), 'utf8').trim();
    } catch {
      return [];
    }
  });
  const text = readable.join('\n\n');
  packages.set(text, (packages.get(text) ?? new Set()).add(title));
}

import { type Dirent, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type InstalledPackage, readPackage } from './application.ts';

/** Every copy of the packages below the `node_modules` of a folder and of the folders above it, each once. */
export function findInstalledCopies(directory: string, names: ReadonlySet<string>): InstalledPackage[] {
  const found = new Map<string, InstalledPackage>();
  const visited = new Set<string>();
  const visit = (nodeModules: string) => {
    const path = realPath(nodeModules);
    if (path === undefined || visited.has(path)) return;
    visited.add(path);
    for (const { name, directory } of packagesIn(path)) {
      if (isWorkspace(directory)) continue;
      if (names.has(name)) {
        const real = realPath(directory);
        const installed = real === undefined ? undefined : readPackage(real, name);
        if (installed !== undefined) found.set(installed.directory, installed);
      }
      visit(join(directory, 'node_modules'));
    }
  };
  for (let current = directory; ; current = dirname(current)) {
    visit(join(current, 'node_modules'));
    if (current === dirname(current)) break;
  }
  return [...found.values()];
}

function* packagesIn(nodeModules: string): Generator<{ name: string; directory: string }> {
  for (const name of folders(nodeModules)) {
    const directory = join(nodeModules, name);
    if (name === '.pnpm') {
      // pnpm keeps every package in a folder of its own, with its dependencies beside it.
      for (const store of folders(directory)) yield* packagesIn(join(directory, store, 'node_modules'));
    } else if (name.startsWith('@')) {
      for (const scoped of folders(directory)) yield { name: `${name}/${scoped}`, directory: join(directory, scoped) };
    } else if (!name.startsWith('.')) {
      yield { name, directory };
    }
  }
}

function folders(directory: string): string[] {
  try {
    const isFolder = (entry: Dirent) => entry.isDirectory() || entry.isSymbolicLink();
    return readdirSync(directory, { withFileTypes: true })
      .filter(isFolder)
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

/** Other packages of the repository are linked into `node_modules`; what they bring is theirs. */
const isWorkspace = (directory: string): boolean => !/[\\/]node_modules[\\/]/.test(realPath(directory) ?? '');

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

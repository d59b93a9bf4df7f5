import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A package as it is installed. */
export interface InstalledPackage {
  name: string;
  version: string;
  /** Where it is, as an absolute path. */
  directory: string;
}

interface Manifest {
  name?: unknown;
  version?: unknown;
  dependencies?: unknown;
  devDependencies?: unknown;
  optionalDependencies?: unknown;
}

/** The application whose folder the command runs in. */
export class Application {
  readonly directory: string;
  private readonly declared: ReadonlyMap<string, string>;

  constructor(directory: string) {
    this.directory = directory;
    this.declared = declaredDependencies(readManifest(join(directory, 'package.json')));
  }

  /** The URL that modules of the application are resolved from. The file need not exist. */
  get parentUrl(): string {
    return pathToFileURL(join(this.directory, 'app.js')).href;
  }

  /** The package that the application gets by this name. */
  findPackage(name: string): InstalledPackage | undefined {
    return findPackage(name, this.parentUrl);
  }

  /** Whether the application's own package.json names the package as a dependency. */
  declares(name: string): boolean {
    return this.declared.has(name);
  }

  /** A path as a person in the application's folder would write it. */
  displayPath(path: string): string {
    const shown = relative(this.directory, path);
    return shown === '' ? '.' : shown.startsWith('../../..') ? path : shown;
  }
}

/** The package that a module at this URL gets by this name. */
export function findPackage(name: string, parentUrl: string): InstalledPackage | undefined {
  try {
    const path = findPackageJSON(name, parentUrl);
    return path === undefined ? undefined : readPackage(dirname(path), name);
  } catch {
    return undefined;
  }
}

/** The package in this folder, if there is one of this name. */
export function readPackage(directory: string, name: string): InstalledPackage | undefined {
  const manifest = readManifest(join(directory, 'package.json'));
  if (manifest?.name !== name) return undefined;
  return { name, version: typeof manifest.version === 'string' ? manifest.version : 'unknown', directory };
}

function readManifest(path: string): Manifest | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof manifest === 'object' && manifest !== null ? manifest : undefined;
  } catch {
    return undefined;
  }
}

function declaredDependencies(manifest: Manifest | undefined): Map<string, string> {
  const groups = [manifest?.devDependencies, manifest?.optionalDependencies, manifest?.dependencies];
  return new Map(groups.flatMap((group) => (typeof group === 'object' && group !== null ? Object.entries(group) : [])));
}

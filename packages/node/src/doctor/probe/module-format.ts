import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';

/** How Node.js takes a JavaScript file: by its ending, or by the `type` of the package around it. */
export function moduleFormat(path: string): 'esm' | 'cjs' {
  if (extname(path) === '.mjs') return 'esm';
  if (extname(path) === '.cjs') return 'cjs';
  const manifest = findPackageJSON(pathToFileURL(path));
  if (manifest === undefined) return 'cjs';
  const { type } = JSON.parse(readFileSync(manifest, 'utf8')) as { type?: unknown };
  return type === 'module' ? 'esm' : 'cjs';
}

import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { describe, expect, it } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };

const dist = new URL('../dist/', import.meta.url);
const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) => /\.[cm]js$/.test(file));

/** What a built file loads by a name that is written in it. */
const loadedBy = (file: string) =>
  [
    ...readFileSync(new URL(file, dist), 'utf8').matchAll(
      /(?:require|import)\(\s*["'`]([^"'`]+)["'`]\s*\)|\bfrom\s*["']([^"']+)["']/g,
    ),
  ]
    .map(([, called, imported]) => called ?? imported ?? '')
    .map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? '')
    .filter((name) => /^[@a-z]/.test(name) && !name.startsWith('node:') && !builtinModules.includes(name));

describe('the built package', () => {
  it.each(files)('%s loads nothing that the package does not declare', (file) => {
    const declared = [...Object.keys(packageJson.dependencies), ...Object.keys(packageJson.peerDependencies)];
    expect(loadedBy(file).filter((name) => !declared.includes(name))).toEqual([]);
  });

  it('holds no copy of @opentelemetry/api, which would record nothing', () => {
    for (const file of files) expect(readFileSync(new URL(file, dist), 'utf8')).not.toContain('opentelemetry.js.api.$');
    expect(loadedBy('sdk/node-sdk.cjs')).toContain('@opentelemetry/api');
  });

  it('names the license of everything that is bundled', () => {
    const licenses = readFileSync(new URL('sdk/THIRD_PARTY_LICENSES.txt', dist), 'utf8');
    for (const name of ['@opentelemetry/sdk-node 0.301.0', '@grpc/grpc-js', 'yaml']) expect(licenses).toContain(name);
  });
});

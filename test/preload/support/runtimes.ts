import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const fromRoot = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

export interface Runtime {
  name: string;
  path: string;
  /** Whether import-in-the-middle can use the synchronous module hook there. */
  synchronousHook: boolean;
}

const installed = (name: string, directory: string, synchronousHook: boolean): Runtime => ({
  name,
  path: fromRoot(`test/runtimes/node_modules/${directory}/bin/node`),
  synchronousHook,
});

const arch = process.arch;

/** Every Node.js release that the preload is tested on: both ends of each supported line. */
export const runtimes: Runtime[] = [
  installed('22.15', `node-22.15-linux-${arch}`, false),
  installed('22.23', `node-22-linux-${arch}`, true),
  installed('24.10', `node-24.10-linux-${arch}`, false),
  { name: '24.21', path: fromRoot('node_modules/.bin/node'), synchronousHook: true },
  installed('26.10', `node-26-linux-${arch}`, true),
];

const missing = runtimes.filter(({ path }) => !existsSync(path));
if (missing.length > 0)
  throw new Error(`Install the runtimes first (npm ci in test/runtimes): ${missing.map(({ name }) => name)}`);
if (!existsSync(fromRoot('packages/node/dist/register.cjs')))
  throw new Error('Build the packages first: npm run build');

/** The release that the repository itself runs on. */
export const currentRuntime = runtimes[3] as Runtime;

import { supportsSyncHooks } from 'import-in-the-middle/supports-sync-hooks.mjs';
import satisfies from 'semver/functions/satisfies.js';
import packageJson from '../../../package.json' with { type: 'json' };
import type { Application } from '../application.ts';
import type { Check } from '../report.ts';

export interface RuntimeReport {
  node: string;
  /** The versions of Node.js that are supported, as a semantic version range. */
  requiredNode: string;
  nodeSupported: boolean;
  /** The function of `node:module` that carries the hook of ES modules. */
  hook: 'registerHooks' | 'register';
  /** The version of this package. */
  version: string;
  /** Whether `--import @genai-otel/node/register` would find this package from the application. */
  resolvable: boolean;
}

/** The running Node.js, and how the preload is found there. */
export function checkRuntime(application: Application): Check<RuntimeReport> {
  const requiredNode = packageJson.engines.node;
  const node = process.versions.node;
  const nodeSupported = satisfies(node, requiredNode);
  const hook = supportsSyncHooks() ? 'registerHooks' : 'register';
  const resolvable = application.findPackage(packageJson.name) !== undefined;
  const data: RuntimeReport = { node, requiredNode, nodeSupported, hook, version: packageJson.version, resolvable };
  return {
    data,
    results: [
      {
        level: nodeSupported ? 'ok' : 'warning',
        label: `Node.js ${node}`,
        text: `supported: ${requiredNode}; ES modules are hooked through module.${hook}`,
        action: nodeSupported ? undefined : `Use Node.js ${requiredNode}.`,
      },
      {
        level: resolvable ? 'ok' : 'warning',
        label: packageJson.name,
        text: resolvable
          ? `${packageJson.version}, found from the application`
          : 'not installed where the application resolves it',
        action: resolvable
          ? undefined
          : `Run npm install ${packageJson.name}: --import ${packageJson.name}/register would not find it.`,
      },
    ],
  };
}

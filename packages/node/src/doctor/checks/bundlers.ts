import type { Application } from '../application.ts';
import type { Check, Result } from '../report.ts';

/** Tools that put dependencies into one file with the application unless told otherwise, and how to tell them. */
const bundlers: Readonly<Record<string, string>> = {
  next: 'List the SDKs in serverExternalPackages of next.config',
  nuxt: 'List the SDKs in nitro.externals.external of nuxt.config',
  nitropack: 'List the SDKs in externals.external of nitro.config',
  webpack: 'List the SDKs in externals of webpack.config',
  esbuild: 'Bundle with --packages=external',
  rolldown: 'List the SDKs in external of rolldown.config',
  '@vercel/ncc': 'Pass --external for each SDK',
  parcel: 'Set includeNodeModules of the target to false',
  'serverless-esbuild': 'List the SDKs in external',
};

/** Names of bundlers that the application depends on. What they put into a bundle, no module hook can see. */
export function checkBundlers(application: Application): Check<string[]> {
  const data = Object.keys(bundlers).filter((name) => application.declares(name));
  const results = data.map(
    (name): Result => ({
      level: 'note',
      label: name,
      text: 'may bundle the SDKs into the build, where they are not hooked',
      action: `${bundlers[name]}, or give their classes to instrument() of their instrumentations.`,
    }),
  );
  return { data, results };
}

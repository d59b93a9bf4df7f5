import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OpenAIInstrumentation } from '@genai-otel/instrumentation-openai';
import { defineConfig, type UserConfig } from 'tsdown';
import { thirdPartyLicenses } from './third-party-licenses.ts';

/** Every instrumentation of `src/instrumentations.ts`. */
const instrumentations = [OpenAIInstrumentation];
const sdkPackages = instrumentations.map(
  (Instrumentation) => new Instrumentation({ enabled: false }).hookTable.package,
);
const moduleIncludes = instrumentations.flatMap((each) => each.moduleIncludes.map(({ source }) => source));

const source = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));
const fromHere = createRequire(import.meta.url);
const fromSdk = createRequire(fromHere.resolve('@opentelemetry/sdk-node'));
const exporterBase = join(dirname(fromSdk.resolve('@opentelemetry/otlp-exporter-base')), '..');

const grpcBase = '@opentelemetry/otlp-grpc-exporter-base';
const exporterVersion = (fromHere(join(exporterBase, 'package.json')) as { version: string }).version;

/** What NodeSDK imports, but few need: by package, the file of ours that stands in and loads it when it is needed. */
const lazyPackages: Record<string, string> = {
  [grpcBase]: 'sdk/lazy/otlp-grpc.ts',
  '@opentelemetry/exporter-trace-otlp-grpc': 'sdk/lazy/otlp-grpc.ts',
  '@opentelemetry/exporter-metrics-otlp-grpc': 'sdk/lazy/otlp-grpc.ts',
  '@opentelemetry/exporter-logs-otlp-grpc': 'sdk/lazy/otlp-grpc.ts',
  '@opentelemetry/exporter-zipkin': 'sdk/lazy/zipkin.ts',
  '@opentelemetry/exporter-prometheus': 'sdk/lazy/prometheus.ts',
};

const isOurs = (importer: string | undefined) => importer === undefined || importer.startsWith(source(''));

/** Gives the bundled SDK our seams instead of the packages that it imports; our own files still reach the real ones. */
const sdkSeams = {
  name: 'sdk-seams',
  resolveId: {
    // Before the bundler decides that a peer dependency stays outside.
    order: 'pre' as const,
    handler(id: string, importer: string | undefined) {
      if (id === '@opentelemetry/api') return isOurs(importer) ? { id, external: true } : source('sdk/api.ts');
      // Its ES modules load gRPC through a `require` that the bundler does not follow; its CommonJS files do not.
      if (id === grpcBase && !importer?.includes('/sdk-node/')) return fromSdk.resolve(grpcBase);
      if (isOurs(importer)) return null;
      if (id === '@opentelemetry/instrumentation') return source('sdk/instrumentation.ts');
      if (id.endsWith('/http-exporter-transport.mjs')) return source('sdk/otlp-http-transport.ts');
      const lazy = importer?.includes('/sdk-node/') ? lazyPackages[id] : undefined;
      return lazy === undefined ? null : source(lazy);
    },
  },
};

const shared: UserConfig = {
  platform: 'node',
  target: 'node22.15',
  fixedExtension: true,
};

const index: UserConfig = {
  ...shared,
  entry: { index: 'src/index.ts' },
  format: ['esm', 'cjs'],
  dts: true,
  sourcemap: true,
};

const bundled: UserConfig = {
  ...shared,
  // CommonJS, so that `--import` and `--require` share one copy, and a part can be loaded when it is needed, synchronously.
  format: ['cjs'],
  clean: false,
  dts: false,
  deps: {
    neverBundle: ['@opentelemetry/api', /^@genai-otel\//],
    alwaysBundle: [/^(?!@opentelemetry\/api$|@genai-otel\/)/],
    onlyBundle: false,
  },
};

/** What runs before the application. */
const preload: UserConfig = {
  ...bundled,
  entry: { hook: 'src/hook/index.ts', register: 'src/register/index.ts', start: 'src/register/start.ts' },
  define: { MODULE_INCLUDES: JSON.stringify(moduleIncludes), SDK_PACKAGES: JSON.stringify(sdkPackages) },
  dts: true,
};

/** The instrumentations and what they stand on, for the preload alone: applications that list them share the packages. */
const instrumentationBundle: UserConfig = {
  ...bundled,
  entry: { instrument: 'src/register/instrument.ts' },
  minify: true,
  deps: { neverBundle: ['@opentelemetry/api'], alwaysBundle: [/^(?!@opentelemetry\/api$)/], onlyBundle: false },
  outputOptions: { codeSplitting: false },
  inputOptions: { resolve: { alias: { 'import-in-the-middle': source('hook/import-in-the-middle-copy.ts') } } },
  plugins: [thirdPartyLicenses(join(import.meta.dirname, 'dist/THIRD_PARTY_LICENSES.txt'))],
};

/**
 * OpenTelemetry's SDK, in parts that share nothing at run time: one file loads in a fraction of the time that the hundreds of
 * modules in it take, and less than several files do.
 */
const sdkParts = ['node-sdk', 'declarative', 'otlp-grpc', 'zipkin', 'prometheus'].map(
  (name): UserConfig => ({
    ...bundled,
    entry: { [name]: `src/sdk/${name}.ts` },
    outDir: 'dist/sdk',
    minify: true,
    // `@opentelemetry/api` stays outside too, but by the seam: as an external it would never come to it.
    deps: { ...bundled.deps, neverBundle: [], alwaysBundle: [/./] },
    outputOptions: { codeSplitting: false, dynamicImportInCjs: false },
    inputOptions: {
      resolve: {
        alias: {
          'otlp-http-transport': join(exporterBase, 'dist/platform/node/transport/http-exporter-transport.mjs'),
        },
      },
      transform: {
        inject: {
          setTimeout: [source('sdk/unref-timers.ts'), 'setTimeout'],
          setInterval: [source('sdk/unref-timers.ts'), 'setInterval'],
        },
      },
    },
    define: { OTLP_EXPORTER_VERSION: JSON.stringify(exporterVersion) },
    plugins: [sdkSeams, thirdPartyLicenses(join(import.meta.dirname, 'dist/sdk/THIRD_PARTY_LICENSES.txt'))],
  }),
);

/** The asynchronous loader hook of the Node.js releases whose synchronous one is not usable; it runs in a thread of its own. */
const loader: UserConfig = {
  ...shared,
  entry: { loader: 'src/hook/loader.ts' },
  format: ['esm'],
  clean: false,
  dts: false,
};

/** The command, and what it runs in processes of their own. */
const command: UserConfig = {
  ...shared,
  entry: { cli: 'src/doctor/cli.ts', 'doctor/probe': 'src/doctor/probe/main.ts' },
  format: ['esm'],
  clean: false,
  dts: false,
  deps: { onlyBundle: false },
  plugins: [thirdPartyLicenses(join(import.meta.dirname, 'dist/doctor/THIRD_PARTY_LICENSES.txt'))],
};

/** Keeps the network out of such a process; before anything else, so through `require`. */
const probePreload: UserConfig = {
  ...shared,
  entry: { 'doctor/offline': 'src/doctor/probe/offline.ts' },
  format: ['cjs'],
  clean: false,
  dts: false,
};

export default defineConfig([index, preload, instrumentationBundle, ...sdkParts, loader, command, probePreload]);

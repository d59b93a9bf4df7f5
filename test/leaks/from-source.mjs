import { registerHooks } from 'node:module';

const sources = new Map(
  ['core', 'instrumentation-openai'].map((name) => [
    `@genai-otel/${name}`,
    new URL(`../../packages/${name}/src/index.ts`, import.meta.url).href,
  ]),
);

/** Child processes run the sources, as the other tests do, and not a build that may be older. */
registerHooks({
  resolve(specifier, context, nextResolve) {
    const url = sources.get(specifier);
    return url === undefined ? nextResolve(specifier, context) : { url, shortCircuit: true };
  },
});

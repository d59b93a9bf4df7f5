import { createRequire } from 'node:module';

/** Loads a part of the SDK that lies in a file of its own beside the running one, at the moment that it is first needed. */
export function loadPart(name: 'otlp-grpc' | 'zipkin' | 'prometheus'): Record<string, unknown> {
  return createRequire(__filename)(`./${name}.cjs`);
}

/** A stand-in that loads the real class when somebody constructs one, and hands out the real instance. */
// biome-ignore lint/suspicious/noExplicitAny: the constructor's own parameters pass through untouched
export function lazyClass(part: Parameters<typeof loadPart>[0], name: string): new (...parameters: any[]) => object {
  return class {
    constructor(...parameters: unknown[]) {
      const Real = loadPart(part)[name] as new (...parameters: unknown[]) => object;
      // biome-ignore lint/correctness/noConstructorReturn: the caller must get an instance of the real class
      return new Real(...parameters);
    }
  };
}

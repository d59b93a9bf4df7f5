import { metrics, trace } from '@opentelemetry/api';
import { logs } from './api.ts';
import type { LoggerProviderInternals } from './flush-logs-now.ts';
import type { MeterProviderInternals } from './flush-metrics-now.ts';

/** A resource of the bundled SDK. Some of its attributes, such as the host's id, are read asynchronously. */
interface Resource {
  _asyncAttributesPending: boolean;
  waitForAsyncAttributes(): Promise<void>;
}

/** A provider of the bundled SDK, or the API's own that does nothing. */
export interface Provider {
  forceFlush?(): Promise<void>;
  _resource?: Resource;
  _sharedState?: { resource: Resource };
}

/** The provider behind the proxy that the API hands out. */
function unwrap(provider: object): Provider {
  const proxy = provider as { getDelegate?(): Provider; _getDelegate?(): Provider };
  return proxy.getDelegate?.() ?? proxy._getDelegate?.() ?? provider;
}

export const tracerProvider = (): Provider => unwrap(trace.getTracerProvider());
export const meterProvider = () => unwrap(metrics.getMeterProvider()) as Provider & Partial<MeterProviderInternals>;
export const loggerProvider = () => unwrap(logs.getLoggerProvider()) as Provider & LoggerProviderInternals;

const resources = (): Resource[] =>
  [tracerProvider(), meterProvider(), loggerProvider()].flatMap(
    ({ _resource, _sharedState }) => _resource ?? _sharedState?.resource ?? [],
  );

/** Resolves when all attributes have been read. */
export async function settleResources(): Promise<void> {
  await Promise.allSettled(resources().map((resource) => resource.waitForAsyncAttributes()));
}

export const areResourcesSettled = (): boolean => resources().every((resource) => !resource._asyncAttributesPending);

/** For a process that exits: goes without the attributes that have not been read yet. */
export function settleResourcesNow(): void {
  for (const resource of resources()) resource._asyncAttributesPending = false;
}

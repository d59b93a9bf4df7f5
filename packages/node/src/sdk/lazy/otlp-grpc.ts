/** The gRPC exporters as the SDK imports them; their libraries load only when the environment or a configuration names gRPC. */
import { lazyClass, loadPart } from './load.ts';

export const OTLPTraceExporter = lazyClass('otlp-grpc', 'OTLPTraceExporter');
export const OTLPMetricExporter = lazyClass('otlp-grpc', 'OTLPMetricExporter');
export const OTLPLogExporter = lazyClass('otlp-grpc', 'OTLPLogExporter');

const lazyFunction =
  (name: string) =>
  (...parameters: unknown[]): unknown =>
    (loadPart('otlp-grpc')[name] as (...parameters: unknown[]) => unknown)(...parameters);

export const createEmptyMetadata = lazyFunction('createEmptyMetadata');
export const createInsecureCredentials = lazyFunction('createInsecureCredentials');
export const createSslCredentials = lazyFunction('createSslCredentials');

import { lazyClass } from './load.ts';

export const ZipkinExporter = lazyClass('zipkin', 'ZipkinExporter');

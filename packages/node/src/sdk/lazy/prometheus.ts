import { lazyClass } from './load.ts';

export const PrometheusExporter = lazyClass('prometheus', 'PrometheusExporter');

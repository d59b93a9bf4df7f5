import type { Metric } from './otlp.mjs';
import type { Style } from './style.mjs';

export declare function renderTable(metrics: readonly Metric[], options: { columns: number; style: Style }): string[];

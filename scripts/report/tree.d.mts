import type { Span } from './otlp.mjs';
import type { Style } from './style.mjs';

export declare function renderTree(spans: readonly Span[], options: { columns: number; style: Style }): string[];

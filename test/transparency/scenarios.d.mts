export declare const scenarios: Record<string, unknown>;

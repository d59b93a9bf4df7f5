export declare const fates: Record<string, unknown>;

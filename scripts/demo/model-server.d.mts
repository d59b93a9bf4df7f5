export declare function startModelServer(): Promise<{ env: Record<string, string>; stop(): Promise<void> }>;

export type Style = (format: string | string[], text: string) => string;

export declare function wantsColor(stream?: { isTTY?: boolean }, env?: Record<string, string | undefined>): boolean;
export declare function createStyle(color: boolean): Style;

export declare function width(text: string): number;

/** What each way of starting the SDK offers to `register`. */
export interface SdkPart {
  /** Starts the SDK and registers its providers. */
  start(): void;
  /** Delivers everything that has been recorded. Never rejects. */
  flush(): Promise<void>;
  /**
   * Delivers without returning to the event loop, for a process that exits.
   *
   * @param deadline the moment to give up, in milliseconds as `Date.now()` counts them
   * @param withMetrics whether metrics have changed since they were last delivered
   */
  flushAtExit(deadline: number, withMetrics: boolean): void;
}

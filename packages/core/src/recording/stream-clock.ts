/** Below this wait, in milliseconds, a chunk counts as there before the consumer asked for it. */
const READY_WITHIN = 1;

/**
 * Tells the provider's time from the consumer's. A stream is pulled: when the consumer is slow, the time between two chunks
 * is its own, and only a chunk that was waited for shows when it arrived. Times are in milliseconds of `performance.now()`.
 */
export class StreamClock {
  /** From issuing the request to the first chunk, in seconds. */
  timeToFirstChunk: number | undefined;
  /** One duration in seconds for each chunk after the first. */
  readonly chunkDurations: number[] = [];

  private readonly issuedAt: number;
  private availableAt: number | undefined;
  private askedAt = 0;
  private receivedAt: number | undefined;

  /** @param issuedAt when the request was issued. */
  constructor(issuedAt: number) {
    this.issuedAt = issuedAt;
  }

  /** The response has begun: its headers are here, and the stream is in the consumer's hands. */
  available(now: number): void {
    this.availableAt = now;
  }

  /** The consumer asks for the next chunk. */
  asked(now: number): void {
    this.askedAt = now;
  }

  /** The next chunk is here. */
  received(now: number): void {
    const { receivedAt } = this;
    this.receivedAt = now;
    // Parallel `next()` calls are asked for before the chunk in front of them is here.
    const waited = now - (receivedAt !== undefined && receivedAt > this.askedAt ? receivedAt : this.askedAt);
    const ready = waited < READY_WITHIN;
    if (receivedAt !== undefined) {
      this.chunkDurations.push((ready ? waited : now - receivedAt) / 1000);
    } else {
      const arrivedAt = ready && this.availableAt !== undefined ? this.availableAt + waited : now;
      this.timeToFirstChunk = (arrivedAt - this.issuedAt) / 1000;
    }
  }
}

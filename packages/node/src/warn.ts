/** Tells the operator one thing on standard error, in one line. Used only where no diagnostic logger can be relied on. */
export function warn(message: string): void {
  console.warn(`@genai-otel/node: ${message}`);
}

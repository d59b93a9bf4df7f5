import { expect } from 'vitest';
import type { Seen } from './run.ts';

type Allowance = (bare: Seen, instrumented: Seen) => void;

type Counts = Record<string, number>;

/**
 * Scenarios in which an instrumentation cannot be invisible to a program that looks for it, with what it may do at most.
 * Whoever records the parameters of a request has to read them.
 */
export const allowances: Record<string, Allowance> = {
  'params are read as often as bare': (bare, instrumented) => {
    const logged = (seen: Seen): Array<[string, Counts]> => seen.log as Array<[string, Counts]>;
    expect(instrumented.requests).toEqual(bare.requests);
    expect(logged(instrumented).map(([endpoint]) => endpoint)).toEqual(logged(bare).map(([endpoint]) => endpoint));
    for (const [index, [endpoint, counts]] of logged(instrumented).entries()) {
      const bareCounts = logged(bare)[index]?.[1] ?? {};
      const tooOften = Object.entries(counts).filter(([path, count]) => count > (bareCounts[path] ?? 0) + 1);
      expect({ endpoint, tooOften }).toEqual({ endpoint, tooOften: [] });
    }
  },
  'a getter that gives another value each time': (bare, instrumented) => {
    expect(Number(instrumented.returned)).toBeLessThanOrEqual(Number(bare.returned) + 1);
    expect(instrumented.requests).toHaveLength(bare.requests.length);
  },
};

/** How a check went: `note` is for information alone, `problem` makes the command fail. */
export type Level = 'ok' | 'note' | 'warning' | 'problem';

/** One line of the report for people. */
export interface Result {
  level: Level;
  label: string;
  text: string;
  details?: string[];
  /** What to do about it. */
  action?: string | undefined;
}

/** What a check hands over: facts for machines, and lines for people. */
export interface Check<Data> {
  data: Data;
  results: Result[];
}

/** A heading of the report and what stands below. */
export interface Section {
  title: string;
  results: Result[];
}

/** How many of the results are of this level. */
export function countLevel(sections: readonly Section[], level: Level): number {
  return sections.flatMap(({ results }) => results).filter((result) => result.level === level).length;
}

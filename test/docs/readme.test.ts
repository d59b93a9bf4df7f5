import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readmePath, withHookTable } from '../../scripts/hook-table.ts';

test('the table of what is hooked is the one that the hook tables give', () => {
  const readme = readFileSync(readmePath, 'utf8');
  expect(readme, 'run: node scripts/hook-table.ts').toBe(withHookTable(readme));
});

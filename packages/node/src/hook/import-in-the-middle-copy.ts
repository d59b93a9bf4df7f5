/** Stands in for import-in-the-middle in the bundle of the instrumentations: they have to share the copy of the module hook. */
import { createRequire } from 'node:module';
import { importInTheMiddleDirectory } from './import-in-the-middle.ts';

type ImportInTheMiddle = typeof import('import-in-the-middle');

export const { Hook, addHook, removeHook } = createRequire(__filename)(
  importInTheMiddleDirectory(),
) as ImportInTheMiddle;

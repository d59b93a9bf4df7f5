import type { Invocation } from './record-operation.ts';

/** One method of an SDK that is hooked. */
export interface MethodHook {
  /** The class, by its path from what the file exports, such as `Chat.Completions`; `''` for that itself. */
  class: string;
  /** The method of its prototype. */
  method: string;
  /** Whether the method is wrapped where it is defined, for all classes that inherit it, and not on this class alone. */
  onDefiningClass?: boolean;
  /** What a reader of the documentation calls the surface. Hooks without one are plumbing. */
  surface?: string | undefined;
  /** Takes the call. */
  call(invocation: Invocation): unknown;
}

/** One file of an SDK that defines what is hooked. */
export interface FileHook {
  /** Path inside of the package without the ending, such as `client`. Both copies of a dual package are hooked. */
  file: string;
  /** Whether the file is the entry of the package, which module hooks know by the name of the package alone. */
  isEntry?: boolean;
  /** Versions of the package that have it, where not all supported ones do. */
  versions?: string;
  /** Picks the class from what the file exports. */
  find(exports: Record<string, unknown>): unknown;
  methods: readonly MethodHook[];
}

/** Where an SDK is entered. */
export interface HookTable {
  /** The npm package. */
  package: string;
  /** Semantic version range that is supported. */
  versions: string;
  files: readonly FileHook[];
  /** Scopes of other instrumentations of this SDK. A call below a span of theirs is theirs. */
  otherInstrumentations?: readonly string[];
}

/** The table of an SDK. */
export function defineHooks(table: HookTable): HookTable {
  return table;
}

/** URLs of the ES modules that a table hooks, for the include list of a module hook. CommonJS is hooked through `require`. */
export function moduleIncludes(table: HookTable): RegExp[] {
  return table.files.map(
    ({ file }) => new RegExp(`/node_modules/${escapePattern(table.package)}/${escapePattern(file)}\\.mjs$`),
  );
}

const escapePattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Follows a path such as `Chat.Completions` from a class. */
export function resolvePath(root: unknown, path: string): unknown {
  let current: unknown = root;
  if (path === '') return current;
  for (const name of path.split('.')) {
    if ((typeof current !== 'object' && typeof current !== 'function') || current === null) return undefined;
    current = (current as Record<string, unknown>)[name];
  }
  return current;
}

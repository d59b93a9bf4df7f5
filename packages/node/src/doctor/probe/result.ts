/** How a program reaches a package. */
export type Route = 'import' | 'require';

/** What became of loading a package by one route. */
export interface RouteResult {
  route: Route;
  /**
   * `hooked`: loaded, and methods were hooked; `not-hooked`: loaded, but not everything was hooked; `failed`: could not be loaded; `absent`: the
   * package offers nothing to this route.
   */
  status: 'hooked' | 'not-hooked' | 'failed' | 'absent';
  /** The file that the route leads to, as an absolute path. */
  path?: string;
  /** Which copy of a dual package that file belongs to. */
  format?: 'esm' | 'cjs';
  /** Files that were hooked, as the hook table names them. */
  hookedFiles?: string[];
  /** Files of the hook table that were loaded, but not hooked. */
  missedFiles?: string[];
  /** How many methods were hooked in them. */
  methods?: number;
  /** Why it could not be loaded, in one line. */
  message?: string;
}

declare module 'semver/functions/satisfies.js' {
  /** Whether a version is within a range; false if either cannot be understood. */
  export default function satisfies(version: string, range: string, options?: { includePrerelease?: boolean }): boolean;
}

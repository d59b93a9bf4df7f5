/** Options of Node.js that make it load something before the application. */
const preloadOption = /^(?:--import|--require|-r|--loader|--experimental-loader)$/;

/** The options that Node.js was started with, by `NODE_OPTIONS` and on the command line. */
export interface NodeOptions {
  /** What has a bearing on how modules are found and loaded. */
  resolution: string[];
  /** Preloads of the application's own, as option and value in turn. */
  preloads: string[];
}

/**
 * Takes the options apart. Left out are our own preloads, which the probe adds itself, and debugger ports, which are taken.
 *
 * @param text the value of `NODE_OPTIONS`
 * @param execArguments the options on the command line
 */
export function readNodeOptions(text: string, execArguments: readonly string[]): NodeOptions {
  const options: NodeOptions = { resolution: [], preloads: [] };
  const words = [...splitWords(text), ...execArguments].flatMap(splitAssignment);
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as string;
    if (preloadOption.test(word)) {
      const value = words[++index];
      if (value !== undefined && !isOurs(value)) options.preloads.push(word, value);
    } else if (/^(?:-C|--conditions)$/.test(word)) {
      const value = words[++index];
      if (value !== undefined) options.resolution.push(word, value);
    } else if (
      /^--(?:conditions=|preserve-symlinks|no-experimental-require-module|experimental-strip-types)/.test(word)
    ) {
      options.resolution.push(word);
    }
  }
  return options;
}

const isOurs = (value: string): boolean =>
  /(?:@genai-otel|packages)[\\/]node[\\/](?:dist[\\/])?(?:register|hook)\b/.test(value);

/** `--import=x` as the two words `--import`, `x`. */
function splitAssignment(word: string): string[] {
  const equals = word.indexOf('=');
  const name = word.slice(0, equals);
  return equals > 0 && preloadOption.test(name) ? [name, word.slice(equals + 1)] : [word];
}

/** Words are separated by spaces; double quotes keep them together, and a backslash inside of quotes escapes. */
function splitWords(text: string): string[] {
  const words = text.match(/(?:"(?:\\.|[^"\\])*"|[^\s"])+/g) ?? [];
  return words.map((word) =>
    word.replaceAll(/"((?:\\.|[^"\\])*)"/g, (_, quoted: string) => quoted.replaceAll(/\\(.)/g, '$1')),
  );
}

const TOKEN = /"((?:[^"\\]|\\.)*)("\s*:|"|\\?$)|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;

export interface JsonTextChanges {
  key(key: string): string;
  /** `key` is the property that holds the string, if one does. */
  string(text: string, key: string | undefined): string;
  number(text: string, key: string | undefined): string;
}

/**
 * Changes the strings and numbers of JSON text where they stand: whitespace, duplicate keys and digits beyond the
 * precision of a number stay as they are, and a text that was cut off is read as far as it goes.
 */
export function changeJsonText(text: string, changes: JsonTextChanges): string {
  let lastKey: string | undefined;
  let result = '';
  let copied = 0;
  TOKEN.lastIndex = 0;
  // Each replacement may come back here for JSON within JSON, so the state of the shared expression is not relied on.
  for (let match = next(0); match !== null; match = next(copied)) {
    const [token, inner, closing] = match;
    result += text.slice(copied, match.index);
    copied = match.index + token.length;
    if (inner === undefined) {
      const changed = changes.number(token, lastKey);
      result += changed === token ? token : JSON.stringify(changed);
    } else {
      const value = unescapeString(inner);
      const isKey = closing?.endsWith(':') === true;
      const changed = value === undefined ? inner : isKey ? changes.key(value) : changes.string(value, lastKey);
      const written = changed === value || value === undefined ? inner : JSON.stringify(changed).slice(1, -1);
      result += `"${written}${closing ?? ''}`;
      lastKey = isKey ? value : undefined;
      continue;
    }
    lastKey = undefined;
  }
  return result + text.slice(copied);

  function next(from: number): RegExpExecArray | null {
    TOKEN.lastIndex = from;
    return TOKEN.exec(text);
  }
}

export function looksLikeJson(text: string): boolean {
  return /^\s{0,20}[[{"]/.test(text);
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function unescapeString(inner: string): string | undefined {
  try {
    return JSON.parse(`"${inner}"`) as string;
  } catch {
    return undefined;
  }
}

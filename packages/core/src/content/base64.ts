/** Shortest run of base64 characters that is taken for binary data rather than for a word or an identifier. */
export const SHORTEST_BASE64_RUN = 256;
const SHORTEST_WRAPPED_LINE = 60;

const isBase64Code = new Uint8Array(128);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_') {
  isBase64Code[character.charCodeAt(0)] = 1;
}

const isBase64At = (text: string, index: number): boolean => isBase64Code[text.charCodeAt(index)] === 1;

export interface Base64Run {
  start: number;
  /** Exclusive; padding included. */
  end: number;
}

/**
 * Next run of at least {@link SHORTEST_BASE64_RUN} base64 characters at or after `from`. Only every 256th character
 * of ordinary text is looked at: a run that long cannot hide between two of them.
 */
export function findBase64Run(text: string, from: number): Base64Run | undefined {
  let floor = from;
  let probe = from + SHORTEST_BASE64_RUN - 1;
  while (probe < text.length) {
    if (!isBase64At(text, probe)) {
      floor = probe + 1;
      probe += SHORTEST_BASE64_RUN;
      continue;
    }
    let start = probe;
    while (start > floor && isBase64At(text, start - 1)) start--;
    const end = endOfBase64(text, probe);
    if (end - start >= SHORTEST_BASE64_RUN && looksBinary(text, start, end)) {
      return { start, end: endOfPadding(text, end) };
    }
    floor = end;
    probe = end + SHORTEST_BASE64_RUN;
  }
  return undefined;
}

/** End (exclusive) of the base64 characters that start at `start`. */
export function endOfBase64(text: string, start: number): number {
  let end = start;
  while (end < text.length && isBase64At(text, end)) end++;
  return end;
}

export function endOfPadding(text: string, end: number): number {
  let padded = end;
  while (padded < end + 2 && text.charCodeAt(padded) === 0x3d) padded++;
  return padded;
}

/** Whether the whole text is base64 of any length. */
export function isBase64(text: string): boolean {
  const end = endOfBase64(text, 0);
  return end > 0 && endOfPadding(text, end) === text.length && (text.length % 4 === 0 || text.length === end);
}

/** Whether the whole text is base64 broken into lines (as MIME and PEM do, after 76 and 64 characters). */
export function isWrappedBase64(text: string): boolean {
  if (text.length < SHORTEST_BASE64_RUN || !text.includes('\n')) return false;
  return hasBase64Lines(text) && looksBinary(text, 0, text.length);
}

function hasBase64Lines(text: string): boolean {
  let position = 0;
  while (position < text.length) {
    const end = endOfBase64(text, position);
    if (end - position < SHORTEST_WRAPPED_LINE) return position > 0 && /^={0,2}\s{0,2}$/.test(text.slice(end, end + 5));
    position = text.charCodeAt(end) === 0x0d ? end + 1 : end;
    if (position === text.length || text.charCodeAt(position) === 0x3d) return true;
    if (text.charCodeAt(position) !== 0x0a) return false;
    position++;
  }
  return true;
}

/** Tells binary data from long words, hexadecimal dumps, paths, and the segments of a JSON Web Token. */
function looksBinary(text: string, start: number, end: number): boolean {
  if (text.charCodeAt(start - 1) === 0x2e || text.startsWith('eyJ', start)) return false;
  let upper = false;
  let lower = false;
  let digit = false;
  let standard = false;
  let urlSafe = false;
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index);
    if (code >= 0x61) lower = true;
    else if (code === 0x2d || code === 0x5f) urlSafe = true;
    else if (code >= 0x41) upper = true;
    else if (code >= 0x30) digit = true;
    else if (code === 0x2b || code === 0x2f) standard = true;
  }
  return upper && lower && digit && !(standard && urlSafe);
}

import stringWidth from 'string-width';

const segmenter = new Intl.Segmenter();

/** Columns that a text takes in a terminal: two for wide characters, none for combining ones and for colours. */
export const width = (text) => stringWidth(text);

/** Fills up with spaces on the right. */
export const padEnd = (text, columns) => text + ' '.repeat(Math.max(0, columns - width(text)));

/** Fills up with spaces on the left. */
export const padStart = (text, columns) => ' '.repeat(Math.max(0, columns - width(text))) + text;

/** Cuts a text without colours to a number of columns, between characters as a reader sees them. */
export function truncate(text, columns) {
  if (width(text) <= columns) return text;
  let result = '';
  for (const { segment } of segmenter.segment(text)) {
    if (width(result + segment) > columns - 1) break;
    result += segment;
  }
  return columns > 0 ? `${result}…` : '';
}

/** Joins parts into as few lines as fit, never cutting a part. */
export function wrap(parts, columns, separator = ' · ') {
  const lines = [];
  for (const part of parts) {
    const longer = lines.length > 0 ? `${lines.at(-1)}${separator}${part}` : part;
    if (lines.length > 0 && width(longer) <= columns) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return lines;
}

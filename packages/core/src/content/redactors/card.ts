/** Issuer prefixes with the lengths of their card numbers (ISO/IEC 7812 ranges of the card networks). */
const ISSUERS: readonly [prefix: RegExp, lengths: readonly number[]][] = [
  [/^4/, [13, 16, 19]],
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^(?:30[0-5]|36|38|39)/, [14, 15, 16, 17, 18, 19]],
  [/^35(?:2[89]|[3-8])/, [16, 17, 18, 19]],
  [/^(?:6|81|82)/, [13, 14, 15, 16, 17, 18, 19]],
  [/^5[06-9]/, [13, 14, 15, 16, 17, 18, 19]],
  [/^(?:220[0-4]|9792)/, [16, 17, 18, 19]],
];
const SHORTEST = 13;
const LONGEST = 19;

/** Payment card numbers: 13 to 19 digits, single spaces or dashes allowed, of a known network, with a right check digit. */
export function redactCard(text: string): string {
  let result = '';
  let copied = 0;
  for (let index = 0; index < text.length; index++) {
    if (!isDigit(text, index)) continue;
    if (isHexadecimal(text, index, -1) || isFraction(text, index)) {
      index = endOfDigits(text, index);
      continue;
    }
    const groups = readGroups(text, index);
    for (let group = 0; group < groups.length; group++) {
      const last = findCard(text, groups, group);
      if (last === undefined) continue;
      result += `${text.slice(copied, groups[group]?.start)}[REDACTED:card]`;
      copied = groups[last]?.end ?? copied;
      group = last;
    }
    index = groups.at(-1)?.end ?? index;
  }
  return copied === 0 ? text : result + text.slice(copied);
}

interface Digits {
  start: number;
  end: number;
}

function endOfDigits(text: string, start: number): number {
  let end = start;
  while (isDigit(text, end)) end++;
  return end;
}

/** Groups of digits that single separators join. */
function readGroups(text: string, from: number): Digits[] {
  const groups: Digits[] = [];
  let start = from;
  while (isDigit(text, start)) {
    const end = endOfDigits(text, start);
    if (isHexadecimal(text, end - 1, 1)) {
      groups.push({ start: end, end });
      break;
    }
    groups.push({ start, end });
    if (!isSeparator(text.charCodeAt(end))) break;
    start = end + 1;
  }
  return groups;
}

/** Index of the group that ends the longest card number starting with group `first`. */
function findCard(text: string, groups: readonly Digits[], first: number): number | undefined {
  let digits = '';
  let found: number | undefined;
  for (let index = first; index < groups.length; index++) {
    const { start, end } = groups[index] as Digits;
    if (start === end || digits.length + end - start > LONGEST) break;
    digits += text.slice(start, end);
    if (digits.length >= SHORTEST && isCard(digits)) found = index;
  }
  return found;
}

function isCard(digits: string): boolean {
  return ISSUERS.some(([prefix, lengths]) => lengths.includes(digits.length) && prefix.test(digits)) && hasLuhn(digits);
}

/** The Luhn check (ISO/IEC 7812-1, annex B). */
function hasLuhn(digits: string): boolean {
  let sum = 0;
  for (let position = 0; position < digits.length; position++) {
    const digit = digits.charCodeAt(digits.length - 1 - position) - 0x30;
    const doubled = position % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

const isDigit = (text: string, index: number): boolean => {
  const code = text.charCodeAt(index);
  return code >= 0x30 && code <= 0x39;
};
const isLetter = (text: string, index: number): boolean => {
  const code = text.charCodeAt(index) | 0x20;
  return code >= 0x61 && code <= 0x7a;
};
const isFraction = (text: string, index: number): boolean => text.charAt(index - 1) === '.' && isDigit(text, index - 2);
/** Letters beside digits make them part of a longer number, unless there are enough of them for a word. */
const isHexadecimal = (text: string, index: number, step: 1 | -1): boolean =>
  isLetter(text, index + step) && !(isLetter(text, index + 2 * step) && isLetter(text, index + 3 * step));
const isSeparator = (code: number): boolean => code === 0x20 || code === 0x2d || code === 0xa0 || code === 0x2013;

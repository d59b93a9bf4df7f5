const INTERNATIONAL = /(?<![A-Za-z0-9+])\+[1-9](?:[ .\-/()\u00a0]{0,3}\d){6,14}(?!\d)/g;
const INTERNATIONAL_00 = /(?<![A-Za-z0-9+]|\d[.,:-])00[1-9](?:[ .\-/()\u00a0]{0,3}\d){7,14}(?!\d)/g;
const NORTH_AMERICAN =
  /(?<![A-Za-z0-9])(?:1[ .-])?(?:\(\d{3}\) {0,2}|\d{3}[ .\-\u00a0])\d{3}[ .\-\u00a0]\d{4}(?!\d|-\d)/g;
const TRUNK_PREFIX = /(?<![A-Za-z0-9+]|\d[.,:-])\(?0\d(?:[ .\-/()\u00a0]{0,2}\d){7,9}(?!\d)/g;
const AREA_CODE = /\(\d{2,5}\) {0,2}\d{3,5}[ \-\u00a0]?\d{3,4}(?!\d)/g;
const INDIAN_MOBILE = /(?<![A-Za-z0-9+]|\d[.,:-])[6-9]\d{4}[ -]\d{5}(?!\d)/g;

const SEPARATOR = /[ .\-/()\u00a0]/;
const DATE = /^\d{2}[-./ ]\d{2}[-./ ]\d{4}/;

const MARKER = '[REDACTED:phone]';
/** Without a plus sign, only digits that are grouped are taken for a number to call: the rest are plain integers. */
const grouped = (candidate: string): string =>
  SEPARATOR.test(candidate) && !DATE.test(candidate) ? MARKER : candidate;

/** Phone numbers in international form, and in the national forms that a trunk prefix or an area code gives away. */
export function redactPhone(text: string): string {
  return text
    .replace(INTERNATIONAL, MARKER)
    .replace(INTERNATIONAL_00, grouped)
    .replace(NORTH_AMERICAN, MARKER)
    .replace(TRUNK_PREFIX, grouped)
    .replace(AREA_CODE, MARKER)
    .replace(INDIAN_MOBILE, MARKER);
}

const GROUPED = /(?<!\d)(?<!\d-)(?!000|666|9\d\d)\d{3}([- \u00a0])(?!00)\d{2}\1(?!0000)\d{4}(?!\d|-\d)/g;
const NAMED = /((?:\bssn\b|social security)[^\d\n]{0,20})(?!000|666|9\d\d)\d{3}(?!00)\d{2}(?!0000)\d{4}(?!\d)/gi;

/**
 * United States social security numbers: grouped, or nine plain digits that are called so. Areas 000, 666 and 9xx,
 * group 00 and serial 0000 are never issued (Social Security Administration) and left alone.
 */
export function redactSsn(text: string): string {
  return text.replace(GROUPED, '[REDACTED:ssn]').replace(NAMED, '$1[REDACTED:ssn]');
}

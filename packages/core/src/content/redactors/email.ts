const AT_SIGN = /@|%40/g;
const DOMAIN = /(?:[\p{L}\p{N}][\p{L}\p{N}-]{0,62}\.){1,10}[\p{L}][\p{L}\p{N}-]{1,62}/uy;
const LOCAL_CHARACTER = /[\p{L}\p{N}\p{M}._%+'&-]/u;

/** Email addresses, also where the @ is percent-encoded. Works outwards from each @, so each character is read once. */
export function redactEmail(text: string): string {
  let result = '';
  let copied = 0;
  let floor = 0;
  AT_SIGN.lastIndex = 0;
  for (let at = AT_SIGN.exec(text); at !== null; at = AT_SIGN.exec(text)) {
    let start = at.index;
    while (start > floor && LOCAL_CHARACTER.test(text.charAt(start - 1))) start--;
    floor = AT_SIGN.lastIndex;
    DOMAIN.lastIndex = floor;
    if (start === at.index || !DOMAIN.test(text)) continue;
    result += `${text.slice(copied, start)}[REDACTED:email]`;
    copied = DOMAIN.lastIndex;
    floor = copied;
    AT_SIGN.lastIndex = copied;
  }
  return copied === 0 ? text : result + text.slice(copied);
}

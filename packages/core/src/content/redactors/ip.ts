import { isIP } from 'node:net';

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`(?<![A-Za-z0-9]|\\d\\.)(?:${OCTET}\\.){3}${OCTET}(?![A-Za-z0-9]|\\.\\d)`, 'g');
const IPV6_CHARACTERS = /[0-9A-Fa-f:.]+/g;
const LONGEST_IPV6 = 45;
const MARKER = '[REDACTED:ip]';

/** IP addresses of both versions. Four numbers with dots are an address if each is below 256; three are a version. */
export function redactIp(text: string): string {
  return redactIpv6(text).replace(IPV4, MARKER);
}

function redactIpv6(text: string): string {
  if (!text.includes(':')) return text;
  return text.replace(IPV6_CHARACTERS, (run: string, offset: number) => {
    if (run.length > LONGEST_IPV6 + 2 || !/:.*:/.test(run)) return run;
    if (isAlphanumeric(text, offset + run.length)) return run;
    // The end of a word, or of a label with a colon, may stand before the address and look like a part of it.
    const label = /^[0-9A-Fa-f.]*:(?!:)|^\.+/.exec(run)?.[0];
    const leads = isAlphanumeric(text, offset - 1) ? [label] : ['', label];
    for (const lead of leads) {
      if (lead === undefined) continue;
      const candidate = run.slice(lead.length);
      for (const tail of ['', /(?:\.+|:|:\.+)$/.exec(candidate)?.[0] ?? '']) {
        const address = candidate.slice(0, candidate.length - tail.length);
        if (/[0-9a-f]/i.test(address) && isIP(address) === 6) return lead + MARKER + tail;
      }
    }
    return run;
  });
}

function isAlphanumeric(text: string, index: number): boolean {
  return /[A-Za-z0-9]/.test(text.charAt(index));
}

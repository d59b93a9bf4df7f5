const secretName = /KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|HEADERS|AUTH(?!OR)|DSN/i;
/** Shorter values, such as `true`, would be found in ordinary text. */
const shortestSecret = 6;

/** Replaces values of environment variables that hold secrets wherever they occur in the texts of a value. */
export function concealSecrets<T>(value: T, environment: NodeJS.ProcessEnv): T {
  const secrets = Object.entries(environment)
    .filter(([name]) => secretName.test(name))
    .flatMap(([, secret = '']) => [secret, ...secret.split(',').flatMap(headerValues)])
    .flatMap((secret) => [secret, decode(secret)])
    .filter((secret) => secret.length >= shortestSecret && !isPath(secret))
    .sort((one, other) => other.length - one.length);
  const conceal = (part: unknown): unknown => {
    if (typeof part === 'string') return secrets.reduce((text, secret) => text.replaceAll(secret, '[REDACTED]'), part);
    if (Array.isArray(part)) return part.map(conceal);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, member]) => [key, conceal(member)]));
  };
  return conceal(value) as T;
}

/** Of a list such as `name=value,name=Bearer value`, the values; the names are no secret. */
function headerValues(entry: string): string[] {
  const value = entry.slice(entry.indexOf('=') + 1).trim();
  return [value, ...decode(value).split(/\s+/)];
}

/** Such as `SSH_AUTH_SOCK`, which is no secret and would take paths apart. */
const isPath = (text: string): boolean => /^(?:[A-Za-z]:)?[\\/]/.test(text);

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

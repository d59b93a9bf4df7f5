/** An identifier that may become a metric attribute: short, without spaces, so neither a sentence nor content. */
const IDENTIFIER = /^[A-Za-z][A-Za-z0-9_.:-]{0,63}$/;

const identifier = (value: unknown): string | undefined =>
  typeof value === 'string' && IDENTIFIER.test(value) ? value : undefined;

const CONNECTION_CODES =
  /^(ECONN|ENOTFOUND|EAI_|EPIPE|EHOSTUNREACH|ENETUNREACH|UND_ERR_SOCKET|ERR_STREAM_PREMATURE_CLOSE|ERR_TLS|CERT_)/;
const TIMEOUT_CODES = /^(ETIMEDOUT|ESOCKETTIMEDOUT|UND_ERR_\w*TIMEOUT)$/;

/** A field of an error; nothing where reading it throws. Errors come from anywhere, getters and proxies included. */
export function readField(source: unknown, name: string): unknown {
  if ((typeof source !== 'object' && typeof source !== 'function') || source === null) return undefined;
  try {
    return (source as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}

/** The class of an error as a person would name it. */
export function errorClass(error: unknown): string {
  if (typeof error !== 'object' || error === null) return typeof error;
  const className = readField(readField(error, 'constructor'), 'name');
  return identifier(className) ?? identifier(readField(error, 'name')) ?? 'Error';
}

/**
 * `error.type` of a failed operation, the first that applies:
 *
 * | value | when |
 * | --- | --- |
 * | `abort` | the application aborted the request, and the call was rejected for it |
 * | `timeout` | no answer in time |
 * | `connection` | the connection could not be made, or broke |
 * | the provider's code or type, such as `rate_limit_exceeded` | the provider names its error |
 * | the HTTP status, such as `503` | the provider answered with an error that it does not name |
 * | the class of the error, such as `TypeError` | anything else |
 */
export function errorType(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '_OTHER';
  const className = errorClass(error);
  const name = readField(error, 'name');

  if (/Abort/i.test(className) || name === 'AbortError') return 'abort';
  if (/Timeout/i.test(className) || name === 'TimeoutError') return 'timeout';

  const named = providerErrorType(error);
  if (named !== undefined && !CONNECTION_CODES.test(named) && !TIMEOUT_CODES.test(named)) return named;

  const status = httpStatus(error);
  if (status !== undefined) return String(status);

  return transportErrorType(error) ?? (/Connection/.test(className) ? 'connection' : className);
}

/** HTTP status of an error, where it has one. */
export function httpStatus(error: unknown): number | undefined {
  const status = readField(error, 'status') ?? readField(error, 'statusCode');
  return typeof status === 'number' && Number.isSafeInteger(status) && status >= 100 && status <= 599
    ? status
    : undefined;
}

/** The code or type of an error, of its body, or of the error that some providers wrap once more in there. */
function providerErrorType(error: object): string | undefined {
  let current: unknown = error;
  for (let depth = 0; depth < 3; depth++) {
    const named = identifier(readField(current, 'code')) ?? identifier(readField(current, 'type'));
    if (named !== undefined) return named;
    current = readField(current, 'error');
  }
  return undefined;
}

function transportErrorType(error: object): string | undefined {
  let current: unknown = error;
  for (let depth = 0; depth < 5 && current !== undefined; depth++) {
    const code = readField(current, 'code');
    if (typeof code === 'string') {
      if (TIMEOUT_CODES.test(code)) return 'timeout';
      if (CONNECTION_CODES.test(code)) return 'connection';
    }
    if (readField(current, 'name') === 'TimeoutError') return 'timeout';
    current = readField(current, 'cause');
  }
  return undefined;
}

/** An identifier that may become a metric attribute: short, without spaces, so neither a sentence nor content. */
const IDENTIFIER = /^[A-Za-z][A-Za-z0-9_.:-]{0,63}$/;

const identifier = (value: unknown): string | undefined =>
  typeof value === 'string' && IDENTIFIER.test(value) ? value : undefined;

const CONNECTION_CODES = /^(ECONN|ENOTFOUND|EAI_|EPIPE|EHOSTUNREACH|ENETUNREACH|UND_ERR_SOCKET|ERR_TLS|CERT_)/;
const TIMEOUT_CODES = /^(ETIMEDOUT|ESOCKETTIMEDOUT|UND_ERR_\w*TIMEOUT)$/;

/** What the errors of HTTP SDKs have in common. Every field is looked at with suspicion. */
interface ErrorShape {
  name?: unknown;
  code?: unknown;
  type?: unknown;
  status?: unknown;
  statusCode?: unknown;
  error?: unknown;
  cause?: unknown;
  constructor?: { name?: unknown };
}

/** The class of an error as a person would name it. */
export function errorClass(error: unknown): string {
  if (typeof error !== 'object' || error === null) return typeof error;
  const shape = error as ErrorShape;
  return identifier(shape.constructor?.name) ?? identifier(shape.name) ?? 'Error';
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
  const shape = error as ErrorShape;
  const name = errorClass(error);

  if (/Abort/i.test(name) || shape.name === 'AbortError') return 'abort';
  if (/Timeout/i.test(name) || shape.name === 'TimeoutError') return 'timeout';

  const named = providerErrorType(shape);
  if (named !== undefined && !CONNECTION_CODES.test(named) && !TIMEOUT_CODES.test(named)) return named;

  const status = httpStatus(error);
  if (status !== undefined) return String(status);

  return transportErrorType(shape) ?? (/Connection/.test(name) ? 'connection' : name);
}

/** HTTP status of an error, where it has one. */
export function httpStatus(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { status, statusCode } = error as ErrorShape;
  const value = status ?? statusCode;
  return Number.isSafeInteger(value) && (value as number) >= 100 && (value as number) <= 599
    ? (value as number)
    : undefined;
}

function providerErrorType(shape: ErrorShape): string | undefined {
  const own = identifier(shape.code) ?? identifier(shape.type);
  if (own !== undefined) return own;
  const { error } = shape;
  if (typeof error !== 'object' || error === null) return undefined;
  const body = error as ErrorShape;
  // Some providers wrap the error object once more.
  return identifier(body.code) ?? identifier(body.type) ?? (body.error === error ? undefined : nested(body.error));
}

function nested(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, type } = error as ErrorShape;
  return identifier(code) ?? identifier(type);
}

function transportErrorType(shape: ErrorShape): string | undefined {
  let current: unknown = shape;
  for (let depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth++) {
    const { code, name, cause } = current as ErrorShape;
    if (typeof code === 'string') {
      if (TIMEOUT_CODES.test(code)) return 'timeout';
      if (CONNECTION_CODES.test(code)) return 'connection';
    }
    if (name === 'TimeoutError') return 'timeout';
    current = cause;
  }
  return undefined;
}

import { type Call, sendError, text } from './call.ts';

type Failure = (call: Call) => void;

const error =
  (status: number, type: string, message: string, code: string | null = null, param: string | null = null): Failure =>
  (call) =>
    sendError(call, status, { message, type, code, param }, status === 429 ? { 'retry-after-ms': '1' } : {});

const rateLimited = error(
  429,
  'requests',
  'Rate limit reached for gpt-4o-mini in organization org-test.',
  'rate_limit_exceeded',
);
const internal: Failure = (call) =>
  sendError(call, 500, { message: 'The server had an error.', type: 'server_error' }, { 'retry-after-ms': '1' });

/** Scenarios in which no answer, or an answer other than the endpoint's own, comes back; for every endpoint. */
export const failures: Record<string, Failure> = {
  400: error(400, 'invalid_request_error', "Invalid value for 'temperature'.", 'invalid_value', 'temperature'),
  401: (call) => {
    const key = text(call.request.headers.authorization ?? call.request.headers['api-key'], '').replace('Bearer ', '');
    sendError(call, 401, {
      message: `Incorrect API key provided: ${key}.`,
      type: 'invalid_request_error',
      code: 'invalid_api_key',
    });
  },
  403: error(
    403,
    'invalid_request_error',
    'Country, region, or territory not supported',
    'unsupported_country_region_territory',
  ),
  404: error(404, 'invalid_request_error', 'The model `gpt-none` does not exist.', 'model_not_found', 'model'),
  409: error(409, 'invalid_request_error', 'Conversation is locked.', 'conversation_locked'),
  422: error(422, 'invalid_request_error', 'Unprocessable entity.'),
  429: rateLimited,
  'insufficient-quota': error(429, 'insufficient_quota', 'You exceeded your current quota.', 'insufficient_quota'),
  500: internal,
  503: (call) =>
    sendError(
      call,
      503,
      { message: 'The engine is currently overloaded.', type: 'server_error' },
      { 'retry-after-ms': '1' },
    ),
  'quotes-prompt-and-key': (call) =>
    sendError(call, 400, {
      message: `Could not parse ${JSON.stringify(call.request.body)} sent with ${call.request.headers.authorization}`,
      type: 'invalid_request_error',
      param: JSON.stringify(call.body.messages ?? call.body.input ?? null),
    }),
  'slow-headers': () => {},
  reset: (call) => void call.response.socket?.resetAndDestroy(),
  'non-json-error': (call) => {
    call.response.writeHead(502, { 'content-type': 'text/html', 'retry-after-ms': '1' });
    call.response.end('<html><body><h1>502 Bad Gateway</h1></body></html>');
  },
  'non-json': (call) => {
    call.response.writeHead(200, { 'content-type': 'text/html' });
    call.response.end('<html><body>Sign in to the network</body></html>');
  },
  'empty-body': (call) => {
    call.response.writeHead(200, { 'content-type': 'application/json', 'content-length': '0' });
    call.response.end();
  },
  'truncated-json': (call) => {
    call.response.writeHead(200, { 'content-type': 'application/json' });
    call.response.end('{"id":"chatcmpl-1","object":"chat.completion","choices":[{"index":0,"mess');
  },
  'null-body': (call) => {
    call.response.writeHead(200, { 'content-type': 'application/json' });
    call.response.end('null');
  },
  'array-body': (call) => {
    call.response.writeHead(200, { 'content-type': 'application/json' });
    call.response.end('[1,"two",null]');
  },
  'empty-object': (call) => {
    call.response.writeHead(200, { 'content-type': 'application/json' });
    call.response.end('{}');
  },
  204: (call) => {
    call.response.writeHead(204);
    call.response.end();
  },
};

/** Scenarios that fail a number of times before the endpoint answers as usual. */
export const passingFailures: Record<string, { times: number; failure: Failure }> = {
  '429-twice': { times: 2, failure: rateLimited },
  '500-once': { times: 1, failure: internal },
  'reset-once': { times: 1, failure: (call) => void call.response.socket?.resetAndDestroy() },
};

/** Answers with the failure that the request asks for; false when the endpoint is to answer. */
export function fail(call: Call): boolean {
  for (const name of call.request.scenarios) {
    const failure = failures[name];
    if (failure) {
      failure(call);
      return true;
    }
    const passing = passingFailures[name];
    if (passing) {
      const key = `${call.request.test ?? ''}/${name}`;
      const attempt = (call.state.attempts.get(key) ?? 0) + 1;
      call.state.attempts.set(key, attempt > passing.times ? 0 : attempt);
      if (attempt <= passing.times) {
        passing.failure(call);
        return true;
      }
    }
  }
  return false;
}

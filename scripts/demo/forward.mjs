const signals = { '/v1/traces': 'TRACES', '/v1/metrics': 'METRICS', '/v1/logs': 'LOGS' };

/**
 * Sends OTLP requests on to the endpoints that the `OTEL_EXPORTER_OTLP_*` variables name, byte for byte.
 *
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/#endpoint-urls-for-otlphttp
 * @param {NodeJS.ProcessEnv} env
 * @param {(problem: string) => void} report is told once for each endpoint that does not take what it is sent
 */
export function createForwarder(env, report) {
  const pending = new Set();
  const reported = new Set();
  const delivered = new Set();

  const send = async (url, headers, body) => {
    const problem = await post(url, headers, body);
    const { origin } = URL.canParse(url) ? new URL(url) : { origin: url };
    if (problem === undefined) delivered.add(origin);
    if (problem === undefined || reported.has(origin)) return;
    reported.add(origin);
    report(`Could not export to ${origin} over OTLP/HTTP: ${problem}`);
  };

  return {
    forward(path, headers, body) {
      const url = endpointOf(env, path);
      if (url === undefined) return;
      const sent = send(url, headers, body).finally(() => pending.delete(sent));
      pending.add(sent);
    },
    /** Resolves when everything has arrived, or failed to, with the origins where something arrived. */
    async flush() {
      await Promise.all(pending);
      return [...delivered];
    },
  };
}

function endpointOf(env, path) {
  const own = env[`OTEL_EXPORTER_OTLP_${signals[path]}_ENDPOINT`];
  if (own) return own;
  const base = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  return base ? `${base.replace(/\/$/, '')}${path}` : undefined;
}

async function post(url, headers, body) {
  // These belong to one connection.
  const {
    host: _host,
    connection: _connection,
    'content-length': _length,
    'transfer-encoding': _encoding,
    ...rest
  } = headers;
  try {
    const response = await fetch(url, { method: 'POST', headers: rest, body, signal: AbortSignal.timeout(5000) });
    await response.arrayBuffer();
    return response.ok ? undefined : `it answered ${response.status}`;
  } catch (error) {
    return error.cause?.code ?? error.cause?.message ?? error.message;
  }
}

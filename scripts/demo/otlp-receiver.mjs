import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { Telemetry } from '../report/otlp.mjs';

/**
 * An OTLP/HTTP endpoint on this machine that keeps what it is sent.
 *
 * @param {(path: string, headers: import('node:http').IncomingHttpHeaders, body: Buffer) => void} onRequest gets every
 * request as it came
 */
export async function startReceiver(onRequest) {
  const telemetry = new Telemetry();
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    onRequest(request.url, request.headers, body);
    const json = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
    telemetry.add(JSON.parse(json.toString()));
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    telemetry,
    url: `http://127.0.0.1:${server.address().port}`,
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

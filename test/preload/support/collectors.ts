import { createServer, type Server } from 'node:http';
import { createServer as createHttp2Server, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';

/** A server that keeps what it is sent, by path. */
export interface Collector extends AsyncDisposable {
  url: string;
  received: Map<string, string>;
}

async function listen(server: Server | Http2Server, received: Map<string, string>): Promise<Collector> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    [Symbol.asyncDispose]: async () => {
      server.close();
    },
  };
}

/** An OTLP/gRPC endpoint that answers every export with success. */
export function startGrpcCollector(): Promise<Collector> {
  const received = new Map<string, string>();
  const server = createHttp2Server();
  server.on('stream', (stream, headers) => {
    const path = String(headers[':path']);
    stream.setEncoding('latin1');
    let body = '';
    stream.on('data', (text: string) => {
      body += text;
    });
    stream.on('end', () => {
      received.set(path, body);
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      // An empty message: not compressed, of length zero.
      stream.end(Buffer.alloc(5));
    });
  });
  return listen(server, received);
}

/** An HTTP endpoint that accepts everything, or answers nothing. */
export function startHttpCollector({ answers }: { answers: boolean }): Promise<Collector> {
  const received = new Map<string, string>();
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      received.set(String(request.url), body);
      if (answers) response.writeHead(202).end();
    });
  });
  return listen(server, received).then((collector) => ({
    ...collector,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  }));
}

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

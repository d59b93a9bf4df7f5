import { readFileSync } from 'node:fs';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect } from 'node:net';
import { type ExporterSettings, otlpVariable } from './exporter-settings.ts';

/** Longest time to wait for an answer, in milliseconds. */
const bound = 2000;

/** What came of a try to reach an endpoint: an HTTP status, an open connection, or the reason why not. */
export type Reach = { status: number } | { connected: true } | { failure: string };

/** Sends an export without anything in it over HTTP, as the exporter would; for gRPC, opens a connection. */
export function reach(endpoint: URL, settings: ExporterSettings): Promise<Reach> {
  const attempt = settings.protocol === 'grpc' ? openConnection(endpoint) : post(endpoint, settings);
  return attempt.catch((error: unknown) => ({ failure: explain(error) }));
}

function openConnection(endpoint: URL): Promise<Reach> {
  const { promise, resolve, reject } = Promise.withResolvers<Reach>();
  const defaultPort = endpoint.protocol === 'https:' ? 443 : 80;
  const socket = connect({ host: hostOf(endpoint), port: Number(endpoint.port) || defaultPort });
  const timer = setTimeout(() => socket.destroy(timeout()), bound);
  socket.on('connect', () => {
    resolve({ connected: true });
    socket.destroy();
  });
  socket.on('error', reject);
  socket.on('close', () => clearTimeout(timer));
  return promise;
}

function post(endpoint: URL, settings: ExporterSettings): Promise<Reach> {
  const { promise, resolve, reject } = Promise.withResolvers<Reach>();
  const isJson = settings.exporter === 'zipkin' || settings.protocol === 'http/json';
  // An empty message is a valid export in protobuf; so is an empty object in JSON, and an empty list for Zipkin.
  const body = settings.exporter === 'zipkin' ? '[]' : isJson ? '{}' : '';
  const headers = {
    ...settings.headers,
    'content-type': isJson ? 'application/json' : 'application/x-protobuf',
    'content-length': body.length,
  };
  const isSecure = endpoint.protocol === 'https:';
  const options = { method: 'POST', headers, ...(isSecure ? certificates(settings) : {}) };
  const request = (isSecure ? requestHttps : requestHttp)(endpoint, options, (response) => {
    resolve({ status: response.statusCode ?? 0 });
    response.destroy();
  });
  const timer = setTimeout(() => request.destroy(timeout()), bound);
  request.on('error', reject);
  request.on('close', () => clearTimeout(timer));
  request.end(body);
  return promise;
}

function certificates({ signal }: ExporterSettings): { ca?: Buffer; cert?: Buffer; key?: Buffer } {
  const file = (name: string): Buffer | undefined => {
    const { value } = otlpVariable(signal, name, process.env);
    return value === undefined ? undefined : readFileSync(value);
  };
  const [ca, cert, key] = ['CERTIFICATE', 'CLIENT_CERTIFICATE', 'CLIENT_KEY'].map(file);
  return { ...(ca ? { ca } : {}), ...(cert ? { cert } : {}), ...(key ? { key } : {}) };
}

/** Without the brackets of an IPv6 address. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1');

const timeout = () => Object.assign(new Error(`no answer within ${bound / 1000} seconds`), { code: 'ETIMEDOUT' });

function explain(error: unknown): string {
  // A name with several addresses fails with one error for each of them.
  const first = error instanceof AggregateError ? error.errors[0] : error;
  if (!(first instanceof Error)) return String(first);
  const { code } = first as NodeJS.ErrnoException;
  if (code === 'ECONNREFUSED') return 'nothing listens there (ECONNREFUSED)';
  if (code === 'ENOTFOUND') return 'the host name is not known (ENOTFOUND)';
  return code === undefined || first.message.includes(code) || code === 'ETIMEDOUT'
    ? first.message
    : `${first.message} (${code})`;
}

/** The HTTP transport of the bundled OTLP exporters: OpenTelemetry's own, on sockets that never keep the process alive. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Agent, ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
// @ts-expect-error the alias is the build's: the module has no public entry
import { createHttpExporterTransport as createOriginal } from 'otlp-http-transport';
import type { OtlpRequest } from './otlp-sync-send.ts';

/** What the exporters hand to their transport. */
export interface HttpTransportParameters {
  url: string;
  headers: () => Promise<Record<string, string>>;
  compression: 'gzip' | 'none';
  userAgent?: string;
  agentFactory: (protocol: string) => Agent | Promise<Agent>;
}

interface Transport {
  send(data: Uint8Array, timeoutMillis: number): Promise<{ status: string; error?: Error }>;
  shutdown(): void;
}

/** A request that has not been answered yet. */
interface Unanswered {
  request: OtlpRequest;
  sent?: ClientRequest;
}

const unanswered = new Set<Unanswered>();
const current = new AsyncLocalStorage<Unanswered>();
let held: OtlpRequest[] | undefined;

/** The version of the bundled exporters, from the build. */
declare const OTLP_EXPORTER_VERSION: string;

/**
 * Runs what makes exporters export, and returns their requests instead of sending them, together with earlier ones that
 * have not left this process.
 */
export function holdRequests(exportEverything: () => void): OtlpRequest[] {
  held = [...unanswered].filter(({ sent }) => !hasLeft(sent)).map(({ request }) => request);
  try {
    exportEverything();
    return held;
  } finally {
    held = undefined;
  }
}

/** What the operating system has taken is delivered even if this process ends. */
function hasLeft(sent: ClientRequest | undefined): boolean {
  const socket = sent?.socket;
  return Boolean(sent?.writableFinished && socket && !socket.connecting && socket.writableLength === 0);
}

export function createHttpExporterTransport(parameters: HttpTransportParameters): Transport {
  const { url, compression, userAgent } = parameters;
  const exporter = `OTel-OTLP-Exporter-JavaScript/${OTLP_EXPORTER_VERSION}`;
  let agent: Agent | undefined;
  let headers: Record<string, string> = {};
  const original: Transport = createOriginal({
    ...parameters,
    agentFactory: async (protocol: string) => {
      agent = withoutKeepingProcessAlive(await parameters.agentFactory(protocol));
      return agent;
    },
  });
  // Headers may be computed asynchronously, which an exiting process cannot wait for.
  parameters.headers().then(
    (resolved) => {
      headers = { ...resolved, 'User-Agent': userAgent ? `${userAgent} ${exporter}` : exporter };
    },
    () => {},
  );
  return {
    async send(data, timeoutMillis) {
      const request: OtlpRequest = { url, headers, gzip: compression === 'gzip', agent, data };
      if (held !== undefined) {
        held.push(request);
        return { status: 'success' };
      }
      const entry: Unanswered = { request };
      unanswered.add(entry);
      try {
        return await current.run(entry, () => original.send(data, timeoutMillis));
      } finally {
        unanswered.delete(entry);
      }
    },
    shutdown: () => original.shutdown(),
  };
}

/** Methods of an agent that Node.js documents for subclasses, or calls by these names. */
interface AgentMethods {
  addRequest(request: ClientRequest, ...parameters: unknown[]): void;
  createConnection(options: object, callback: (error: Error | null, socket: Socket) => void): Socket | null | undefined;
  reuseSocket(socket: Socket, request: ClientRequest): void;
}

/** Keeps the agent's sockets from holding the event loop: whoever flushes holds it instead, for as long as its bound says. */
function withoutKeepingProcessAlive(agent: Agent): Agent {
  const methods = agent as unknown as AgentMethods;
  const { addRequest, createConnection, reuseSocket } = methods;
  methods.addRequest = (request, ...parameters) => {
    const entry = current.getStore();
    if (entry !== undefined) entry.sent = request;
    addRequest.call(agent, request, ...parameters);
  };
  methods.createConnection = (options, callback) => createConnection.call(agent, options, callback)?.unref();
  methods.reuseSocket = (socket, request) => {
    reuseSocket.call(agent, socket, request);
    socket.unref();
  };
  return agent;
}

import { guard, type Invocation, type MethodHook, type Wire, wire } from '@genai-otel/core';
import { serverOfUrl } from '../client/server.ts';
import { RealtimeSession } from './session.ts';

/** What we look at in a realtime connection. */
interface Connection {
  url?: URL;
  socket?: { readyState?: unknown; once?(event: 'close', listener: () => void): unknown };
}

/** `WebSocket.OPEN`. What is sent before or after is refused by the socket. */
const OPEN = 1;

const sessions = new WeakMap<object, RealtimeSession>();

function sessionOf({ target, recorder }: Invocation): RealtimeSession {
  const connection = target as Connection;
  let session = sessions.get(connection);
  if (session === undefined) {
    const { url } = connection;
    session = new RealtimeSession(
      recorder,
      url ? serverOfUrl(url, recorder.config.providers) : { provider: 'openai' },
      url?.searchParams.get('model') ?? url?.searchParams.get('deployment') ?? undefined,
    );
    sessions.set(connection, session);
  }
  watchSocket(connection.socket, session);
  return session;
}

const watchedSockets = new WeakSet<object>();

/** A connection that reconnects gets another socket. What the lost one was working on will not come. */
function watchSocket(socket: Connection['socket'], session: RealtimeSession): void {
  if (socket === undefined || watchedSockets.has(socket)) return;
  watchedSockets.add(socket);
  socket.once?.('close', () => guard('realtime', () => session.closed()));
}

/** Realtime over the `ws` package: every event that is sent and received goes through these two methods. */
export const realtimeMethods: readonly MethodHook[] = [
  {
    class: '',
    method: 'send',
    surface: 'Realtime: a span for each response',
    call: (invocation) => {
      guard('realtime', () => {
        if ((invocation.target as Connection).socket?.readyState !== OPEN) return;
        sessionOf(invocation).sent(wire.object(invocation.args[0]));
      });
      return Reflect.apply(invocation.original, invocation.target, invocation.args);
    },
  },
  {
    class: '',
    method: '_emit',
    call: (invocation) => {
      const [name, event] = invocation.args;
      if (name === 'event') guard('realtime', () => sessionOf(invocation).received(event as Wire));
      return Reflect.apply(invocation.original, invocation.target, invocation.args);
    },
  },
];

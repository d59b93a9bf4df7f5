import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { OtlpReceiver } from '../otlp-receiver.ts';

export interface Endpoint extends AsyncDisposable {
  url: string;
}

/** Endpoints that take nothing, by what they do instead. */
export const uselessEndpoints = {
  dead: async (): Promise<Endpoint> => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: async () => {} };
  },
  overloaded: (): Promise<Endpoint> => OtlpReceiver.start({ answer: 503 }),
  silent: async (): Promise<Endpoint> => {
    const sockets = new Set<Socket>();
    const server = createTcpServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      [Symbol.asyncDispose]: async () => {
        for (const socket of sockets) socket.destroy();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  },
  hanging: (): Promise<Endpoint> => OtlpReceiver.start({ answer: 'hang' }),
};

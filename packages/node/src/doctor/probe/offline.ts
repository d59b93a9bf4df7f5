/** Preloaded into the probe before everything else, so that no preload of the application's own reaches the network. */
import { createSocket, Socket as DatagramSocket } from 'node:dgram';
import { Socket } from 'node:net';

const refusal = () => new Error('genai-otel doctor makes no connections while it tries the SDKs');

Socket.prototype.connect = function (this: Socket) {
  process.nextTick(() => this.destroy(refusal()));
  return this;
};

DatagramSocket.prototype.send = () => {
  throw refusal();
};

// The class of datagram sockets is only complete once one has been made.
createSocket('udp4').close();

import { once } from 'node:events';
import type { Call } from './call.ts';

export interface ServerSentEvent {
  event?: string;
  /** The data as JSON, or verbatim when it is a string (`[DONE]`). */
  data: unknown;
}

/** How many events go out before a scenario such as `drop-mid-stream` strikes. */
const BEFORE_TROUBLE = 3;

const streamError = {
  error: {
    message: 'The server had an error while processing your request. Sorry about that!',
    type: 'server_error',
    param: null,
    code: 'internal_error',
  },
};

function frame({ event, data }: ServerSentEvent, lineEnd: string): string {
  const body = typeof data === 'string' ? data : JSON.stringify(data);
  return `${event === undefined ? '' : `event: ${event}${lineEnd}`}data: ${body}${lineEnd}${lineEnd}`;
}

/** Sends a stream of events in the manner that the request's scenarios ask for. */
export async function sendEvents(call: Call, events: Iterable<ServerSentEvent>): Promise<void> {
  const { response } = call;
  const lineEnd = call.has('crlf') ? '\r\n' : '\n';
  const gate = call.has('gate') ? (call.request.headers['x-gate']?.toString() ?? call.request.test ?? '') : undefined;
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  if (call.has('comments')) response.write(`: OPENROUTER PROCESSING${lineEnd}${lineEnd}`.repeat(2));
  if (gate !== undefined) response.flushHeaders();

  let sent = 0;
  for (const event of events) {
    if (sent === BEFORE_TROUBLE) {
      if (call.has('drop-mid-stream')) return void setImmediate(() => response.destroy());
      if (call.has('truncated-stream')) return void response.end();
      if (call.has('malformed-chunk')) response.write(`data: {"id":"chatcmpl-1","choices":[{${lineEnd}${lineEnd}`);
      if (call.has('error-event')) {
        const error =
          event.event === undefined ? { data: streamError } : { event: 'error', data: responseStreamError(sent) };
        return void response.end(frame(error, lineEnd));
      }
      if (call.has('hang-mid-stream')) return;
    }
    if (gate !== undefined) await call.state.gates.pass(gate);
    if (response.destroyed) return;
    const written = frame(event, lineEnd);
    const flowing = call.has('split-utf8') ? await writeSplit(call, written) : response.write(written);
    if (!flowing) await Promise.race([once(response, 'drain'), once(response, 'close')]);
    sent++;
  }
  response.end();
}

function responseStreamError(sequence: number): unknown {
  return {
    type: 'error',
    sequence_number: sequence,
    code: 'server_error',
    message: streamError.error.message,
    param: null,
  };
}

/** Two TCP writes, the cut inside the first character of more than one byte (or in the middle where there is none). */
async function writeSplit(call: Call, written: string): Promise<boolean> {
  const bytes = Buffer.from(written);
  const wide = bytes.findIndex((byte) => byte >= 0xc0);
  const cut = wide === -1 ? Math.floor(bytes.length / 2) : wide + 1;
  call.response.write(bytes.subarray(0, cut));
  await new Promise(setImmediate);
  return call.response.write(bytes.subarray(cut));
}

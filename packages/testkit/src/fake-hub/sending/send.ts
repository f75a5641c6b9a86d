import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Delivery } from '../faults/delivery.ts';
import type { Reply, ReplyBody } from '../http/reply.ts';
import { BodyWriter } from './body-writer.ts';
import { trickleHead, writeHead } from './head.ts';
import { Pacer, pieceBytes } from './pacer.ts';

const pacers = new WeakMap<Socket, Pacer>();

export interface Sending {
  readonly response: ServerResponse;
  readonly method: string;
  readonly reply: Reply;
  readonly delivery: Delivery;
  /** Aborts when the client is gone or the answer is over. */
  readonly signal: AbortSignal;
  /** Told of body bytes as they go out. */
  readonly count: (bytes: number) => void;
}

/** Sends an answer in the way that its delivery says. Ends when it is out, or the client is gone. */
export async function send(sending: Sending): Promise<void> {
  const { response, method, reply, delivery, signal } = sending;
  const { socket } = response;
  if (socket === null || signal.aborted) return;
  const isSlow = delivery.slowHeadMs !== undefined;
  if (isSlow) await trickleHead(response, reply, delivery.slowHeadMs, signal);
  else writeHead(response, reply);

  const body = method === 'HEAD' || reply.status === 304 ? undefined : reply.body;
  const writer = new BodyWriter(isSlow ? socket : response, signal, sending.count);
  if (body !== undefined) await writeBody(body, writer, delivery, pacerOf(socket), signal);
  if (signal.aborted) return;
  if (delivery.stop !== undefined) return stopHere(delivery.stop.how, response, socket, signal);
  if (delivery.trailing !== undefined) {
    response.end();
    socket.end(delivery.trailing);
    sending.count(delivery.trailing.length);
  } else if (isSlow) {
    socket.end();
  } else {
    response.end();
  }
}

function pacerOf(socket: Socket): Pacer {
  const known = pacers.get(socket) ?? new Pacer();
  pacers.set(socket, known);
  return known;
}

async function writeBody(
  body: ReplyBody,
  writer: BodyWriter,
  delivery: Delivery,
  pacer: Pacer,
  signal: AbortSignal,
): Promise<void> {
  const { bytesPerSecond = () => undefined } = delivery;
  let left = delivery.stop?.afterBytes ?? Infinity;
  // One piece is read while the one before is on its way; contents keep two pieces apart.
  let sent = Promise.resolve(true);
  for await (const chunk of piecesOf(body, pieceBytes(bytesPerSecond()))) {
    const piece = chunk.length > left ? chunk.subarray(0, left) : chunk;
    const rate = bytesPerSecond();
    if (rate !== undefined) await pacer.take(piece.length, rate, signal);
    if (!(await sent) || left === 0) break;
    sent = writer.write(piece);
    left -= piece.length;
    if (left === 0) break;
  }
  await sent;
}

function piecesOf(body: ReplyBody, pieceLength: number): AsyncIterable<Buffer> | Buffer[] {
  if (Buffer.isBuffer(body)) return body.length === 0 ? [] : [body];
  if (!('content' in body)) return body;
  return body.content.chunks(body.start, body.end, pieceLength);
}

async function stopHere(
  how: 'close' | 'reset' | 'stall',
  response: ServerResponse,
  socket: Socket,
  signal: AbortSignal,
): Promise<void> {
  if (!response.headersSent || !signal.aborted) response.flushHeaders();
  if (how === 'stall') {
    if (!signal.aborted) await once(signal, 'abort');
    return;
  }
  await nextTurn();
  if (how === 'reset') socket.resetAndDestroy();
  else socket.destroySoon();
}

import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Asked, askCdn, askHub } from './asked.ts';
import type { ExchangeContext } from './exchange-context.ts';
import type { RequestFacts } from './faults/fault-registry.ts';
import { meetAnswer } from './faults/meet-answer.ts';
import { meetRequest } from './faults/meet-request.ts';
import { type Reply, textReply } from './http/reply.ts';
import type { RequestRecord } from './observing/request-log.ts';
import { pause } from './sending/pacer.ts';
import { send } from './sending/send.ts';

/** One request from arrival to the last byte. */
export async function exchange(
  origin: 'hub' | 'cdn',
  message: IncomingMessage,
  response: ServerResponse,
  context: ExchangeContext,
): Promise<void> {
  const over = new AbortController();
  response.once('close', () => over.abort());
  const { facts, reply } = origin === 'hub' ? askHub(message, context) : askCdn(message, context);
  const record = recordOf(message, facts);
  context.log.add(record);
  try {
    await respond(message, response, { facts, reply }, record, context, over.signal);
  } finally {
    record.isOver = true;
  }
}

async function respond(
  message: IncomingMessage,
  response: ServerResponse,
  { facts, reply }: Asked,
  record: RequestRecord,
  context: ExchangeContext,
  signal: AbortSignal,
): Promise<void> {
  const faults = context.faults.matching(facts);
  const met = meetRequest(faults, facts);
  record.faults = met.kinds;
  const delayMs = context.latencyMs + met.delayMs;
  if (delayMs > 0) await pause(delayMs, signal);
  if (met.instead === 'reset') {
    message.socket.resetAndDestroy();
    return;
  }
  if (met.instead === 'silence') return untilGone(signal);
  const { bytesPerSecond } = context;
  const first = {
    reply: met.instead ?? (await truthfully(reply)),
    delivery: bytesPerSecond === undefined ? {} : { bytesPerSecond: () => bytesPerSecond },
  };
  const { repositories } = context.services;
  const outcome =
    met.instead === undefined
      ? await meetAnswer(faults, facts, first, repositories)
      : { ...first, kinds: [] };
  record.faults = [...met.kinds, ...outcome.kinds];
  record.status = outcome.reply.status;
  const { file } = outcome.reply;
  const count = (bytes: number): void => {
    record.bodyBytes += bytes;
    if (file !== undefined) context.bytes.add(file, bytes);
  };
  await send({ response, method: facts.method, ...outcome, signal, count });
}

async function untilGone(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

async function truthfully(reply: () => Reply | Promise<Reply>): Promise<Reply> {
  try {
    return await reply();
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return textReply(500, `The fake Hub itself failed: ${text}`);
  }
}

function recordOf(message: IncomingMessage, facts: RequestFacts): RequestRecord {
  return {
    origin: facts.origin,
    route: facts.route,
    method: facts.method,
    url: message.url ?? '/',
    repository: facts.repository,
    path: facts.filePath,
    range: message.headers.range,
    headers: message.headers,
    status: undefined,
    bodyBytes: 0,
    faults: [],
    isOver: false,
  };
}

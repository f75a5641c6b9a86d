import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Tokens } from './access/tokens.ts';
import { cdnRoute } from './cdn/cdn-route.ts';
import { claimedFile } from './cdn/cdn-signer.ts';
import type { FaultRegistry, RequestFacts } from './faults/fault-registry.ts';
import { meetAnswer } from './faults/meet-answer.ts';
import { meetRequest } from './faults/meet-request.ts';
import { type HubRequest, readBody, splitTarget } from './http/hub-request.ts';
import { type Reply, textReply } from './http/reply.ts';
import type { ByteCounters } from './observing/counters.ts';
import type { RequestLog, RequestRecord } from './observing/request-log.ts';
import { answer } from './routes/answer.ts';
import { locate } from './routes/locate.ts';
import { type Address, readAddress } from './routes/read-address.ts';
import type { HubServices } from './routes/route.ts';
import { pause } from './sending/pacer.ts';
import { send } from './sending/send.ts';

/** What both origins share. */
export interface ExchangeContext {
  readonly services: HubServices;
  readonly tokens: Tokens;
  readonly faults: FaultRegistry;
  readonly bytes: ByteCounters;
  readonly log: RequestLog;
  readonly prefix: string;
  readonly bytesPerSecond: number | undefined;
  readonly latencyMs: number;
}

interface Asked {
  readonly facts: RequestFacts;
  readonly reply: () => Reply | Promise<Reply>;
}

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
  if (met.instead === 'silence') return;
  const { bytesPerSecond } = context;
  const first = {
    reply: met.instead ?? (await truthfully(reply)),
    delivery: bytesPerSecond === undefined ? {} : { bytesPerSecond },
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

async function truthfully(reply: () => Reply | Promise<Reply>): Promise<Reply> {
  try {
    return await reply();
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return textReply(500, `The fake Hub itself failed: ${text}`);
  }
}

function askHub(message: IncomingMessage, context: ExchangeContext): Asked {
  const { services, prefix } = context;
  const target = splitTarget(message.url ?? '/');
  const isInside = target.path === prefix || target.path.startsWith(`${prefix}/`);
  const path = isInside ? target.path.slice(prefix.length) : target.path;
  const address: Address = isInside
    ? readAddress(path, services.repositories)
    : { route: 'other', place: 'page' };
  const request: HubRequest = {
    method: message.method ?? 'GET',
    path,
    query: new URLSearchParams(target.search),
    search: target.search,
    headers: message.headers,
    prefix,
    base: `http://${message.headers.host ?? ''}${prefix}`,
    viewer: context.tokens.viewer(message.headers.authorization),
    readBody: () => readBody(message),
  };
  const { route, repository } = address;
  return {
    facts: {
      ...commonFacts(message, path),
      origin: 'hub',
      route,
      repository,
      filePath: filePathOf(address, services),
    },
    reply: () => answer(request, address, services),
  };
}

function filePathOf(address: Address, { repositories }: HubServices): string | undefined {
  const { route, repository = '', rest } = address;
  const hasFile = route === 'resolve' || route === 'resolve-cache' || route === 'raw';
  if (!hasFile || rest === undefined) return undefined;
  return locate(repositories.find(repositories.renamedTo(repository) ?? repository), rest).path;
}

function askCdn(message: IncomingMessage, { services }: ExchangeContext): Asked {
  const { path, search } = splitTarget(message.url ?? '/');
  const claim = claimedFile(search);
  return {
    facts: {
      ...commonFacts(message, path),
      origin: 'cdn',
      route: 'cdn',
      repository: claim?.repository,
      filePath: claim?.path,
    },
    reply: () => cdnRoute({ path, search, headers: message.headers }, services),
  };
}

function commonFacts(
  message: IncomingMessage,
  urlPath: string,
): Pick<RequestFacts, 'method' | 'urlPath' | 'ranged'> {
  const ranged = message.headers.range !== undefined;
  return { method: message.method ?? 'GET', urlPath, ranged };
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

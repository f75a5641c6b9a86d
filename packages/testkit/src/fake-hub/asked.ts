import type { IncomingMessage } from 'node:http';
import { cdnRoute } from './cdn/cdn-route.ts';
import { claimedFile } from './cdn/cdn-signer.ts';
import type { ExchangeContext } from './exchange-context.ts';
import type { RequestFacts } from './faults/fault-registry.ts';
import { type HubRequest, readBody, splitTarget } from './http/hub-request.ts';
import type { Reply } from './http/reply.ts';
import { answer } from './routes/answer.ts';
import { locate } from './routes/locate.ts';
import { type Address, readAddress } from './routes/read-address.ts';
import type { HubServices } from './routes/route.ts';

/** A request as it was understood, and how it is answered when nothing goes wrong. */
export interface Asked {
  readonly facts: RequestFacts;
  readonly reply: () => Reply | Promise<Reply>;
}

/** Reads a request to the Hub. */
export function askHub(message: IncomingMessage, context: ExchangeContext): Asked {
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

/** Reads a request to the CDN. */
export function askCdn(message: IncomingMessage, { services }: ExchangeContext): Asked {
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

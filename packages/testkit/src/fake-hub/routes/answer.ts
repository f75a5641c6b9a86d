import { requireVisible } from '../access/access.ts';
import type { HubRequest } from '../http/hub-request.ts';
import { Refusal, unknownToken } from '../http/refusal.ts';
import { refusalReply } from '../http/refusal-reply.ts';
import { jsonReply, type Reply, redirectReply, textReply } from '../http/reply.ts';
import { authCheckRoute, whoamiRoute } from './account.ts';
import { commitsRoute } from './commits.ts';
import { listModelsRoute } from './list-models.ts';
import { modelInfoRoute } from './model-info.ts';
import { pathsInfoRoute } from './paths-info.ts';
import { rawRoute } from './raw.ts';
import type { Address } from './read-address.ts';
import { refsRoute } from './refs.ts';
import { resolveRoute } from './resolve.ts';
import { resolveCacheRoute } from './resolve-cache.ts';
import type { HubServices, RepositoryRoute, RouteKind } from './route.ts';
import { treeRoute } from './tree.ts';
import { xetTokenRoute } from './xet.ts';

const REPOSITORY_ROUTES: Partial<Record<RouteKind, RepositoryRoute>> = {
  info: modelInfoRoute,
  tree: treeRoute,
  'paths-info': pathsInfoRoute,
  refs: refsRoute,
  commits: commitsRoute,
  'auth-check': authCheckRoute,
  'xet-token': xetTokenRoute,
  resolve: resolveRoute,
  'resolve-cache': resolveCacheRoute,
  raw: rawRoute,
};

/** The Hub's answer to a request on its own origin; refusals are answers too. */
export async function answer(
  request: HubRequest,
  address: Address,
  services: HubServices,
): Promise<Reply> {
  try {
    return await route(request, address, services);
  } catch (error) {
    if (error instanceof Refusal) return refusalReply(error, address.place);
    throw error;
  }
}

function route(
  request: HubRequest,
  address: Address,
  services: HubServices,
): Reply | Promise<Reply> {
  if (!isMethodKnown(request.method, address.route)) {
    throw new Refusal(405, `Method ${request.method} is not allowed here`);
  }
  if (address.repository !== undefined) return repositoryReply(request, address, services);
  if (address.route === 'whoami') return whoamiRoute(request);
  if (address.route === 'list') return listModelsRoute(request, services);
  if (request.path.startsWith('/api/telemetry/')) return textReply(200, '');
  if (request.path === '/api/agent-harnesses') return jsonReply({});
  throw new Refusal(404, "Sorry, we can't find the page you are looking for.");
}

function repositoryReply(
  request: HubRequest,
  address: Address,
  services: HubServices,
): Reply | Promise<Reply> {
  const { repositories } = services;
  const asked = address.repository ?? '';
  const now = repositories.renamedTo(asked);
  if (now !== undefined) {
    if (request.viewer.kind === 'unknown-token') throw unknownToken();
    const target = `${request.prefix}${address.before}${now}${address.after}${request.search}`;
    return redirectReply(307, target);
  }
  const repository = requireVisible(repositories.find(asked), request.viewer);
  const handler = REPOSITORY_ROUTES[address.route];
  if (handler === undefined) throw new Refusal(404, 'Not found');
  return handler({ request, services, repository, rest: address.rest ?? '' });
}

function isMethodKnown(method: string, kind: RouteKind): boolean {
  if (kind === 'paths-info') return method === 'POST';
  return method === 'GET' || method === 'HEAD' || (kind === 'other' && method === 'POST');
}

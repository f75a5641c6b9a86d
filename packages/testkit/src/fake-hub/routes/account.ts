import { requireGateOpen } from '../access/access.ts';
import type { HubRequest } from '../http/hub-request.ts';
import { authenticationRequired } from '../http/refusal.ts';
import { jsonReply, type Reply, textReply } from '../http/reply.ts';
import type { RepositoryCall } from './route.ts';

/** `GET /api/whoami-v2`. */
export function whoamiRoute({ viewer }: HubRequest): Reply {
  if (viewer.kind !== 'user') throw authenticationRequired();
  const { name, role, orgs } = viewer.token;
  return jsonReply({
    type: 'user',
    id: Buffer.from(name.padEnd(12, '.')).toString('hex').slice(0, 24),
    name,
    fullname: name,
    email: `${name}@example.com`,
    emailVerified: true,
    isPro: false,
    orgs: orgs.map((org) => ({ type: 'org', name: org, fullname: org })),
    auth: {
      type: 'access_token',
      accessToken: { displayName: 'test', role, createdAt: '2025-01-01T00:00:00.000Z' },
    },
  });
}

/** `GET /api/models/{id}/auth-check`. */
export function authCheckRoute({ request, repository }: RepositoryCall): Reply {
  requireGateOpen(repository, request.viewer);
  return textReply(200, 'OK');
}

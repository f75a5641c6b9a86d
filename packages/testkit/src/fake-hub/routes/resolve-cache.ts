import { requireGateOpen } from '../access/access.ts';
import { entryNotFound, revisionNotFound } from '../http/refusal.ts';
import type { Reply } from '../http/reply.ts';
import { fileAt, locate } from './locate.ts';
import { regularFileReply } from './regular-file.ts';
import type { RepositoryCall } from './route.ts';

/** `HEAD/GET /api/resolve-cache/models/{id}/{sha}/{path}`: where the Hub sends readers of a public regular file. */
export async function resolveCacheRoute(call: RepositoryCall): Promise<Reply> {
  const location = locate(call.repository, call.rest);
  requireGateOpen(call.repository, call.request.viewer, location.path);
  if (location.commit === undefined) throw revisionNotFound(location.revision);
  const file = fileAt(location);
  if (file === undefined || file.lfs !== undefined) throw entryNotFound(location.commit.id);
  return regularFileReply(call, file, location.commit.id);
}

import { flagParameter } from '../http/hub-request.ts';
import { jsonReply, type Reply } from '../http/reply.ts';
import type { RepositoryCall } from './route.ts';

const GROUPS = [
  { field: 'branches', start: 'refs/heads/' },
  { field: 'converts', start: 'refs/convert/' },
  { field: 'tags', start: 'refs/tags/' },
  { field: 'pullRequests', start: 'refs/pr/' },
] as const;

/** `GET /api/models/{id}/refs`. */
export function refsRoute({ request, repository }: RepositoryCall): Reply {
  const withPulls = flagParameter(request.query, 'include_prs');
  const answer: Record<string, unknown> = {};
  for (const { field, start } of GROUPS) {
    if (field === 'pullRequests' && !withPulls) continue;
    answer[field] = [...repository.refs]
      .filter(([ref]) => ref.startsWith(start))
      .map(([ref, { id }]) => ({ name: ref.slice(start.length), ref, targetCommit: id }));
  }
  return jsonReply(answer);
}

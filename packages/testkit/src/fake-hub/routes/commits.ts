import { linkNext } from '../http/link-next.ts';
import { revisionNotFound } from '../http/refusal.ts';
import { jsonReply, type Reply } from '../http/reply.ts';
import type { Commit } from '../repositories/repository.ts';
import { locate } from './locate.ts';
import type { RepositoryCall } from './route.ts';

const PAGE = 50;
const MOST = 1000;

/** `GET /api/models/{id}/commits/{rev}?limit=&p=`, newest first. */
export function commitsRoute({ request, repository, rest }: RepositoryCall): Reply {
  const { revision, commit } = locate(repository, rest);
  if (commit === undefined) throw revisionNotFound(revision);
  const history: Commit[] = [];
  for (let at: Commit | undefined = commit; at !== undefined; at = at.parent) history.push(at);
  const limit = Math.min(Math.max(Number(request.query.get('limit') ?? PAGE) || PAGE, 1), MOST);
  const page = Math.max(Number(request.query.get('p') ?? 0) || 0, 0);
  const rows = history.slice(page * limit, (page + 1) * limit).map((row) => ({
    id: row.id,
    title: row.title,
    message: '',
    authors: [{ user: row.author, avatar: '' }],
    date: new Date(row.date).toISOString(),
  }));
  const more = (page + 1) * limit < history.length;
  const link = more ? linkNext(request, { limit: String(limit), p: String(page + 1) }) : {};
  return jsonReply(rows, { 'X-Total-Count': String(history.length), ...link });
}

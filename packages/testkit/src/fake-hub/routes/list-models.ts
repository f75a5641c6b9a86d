import { hasGrant } from '../access/tokens.ts';
import { flagParameter, type HubRequest, listParameter } from '../http/hub-request.ts';
import { linkNext } from '../http/link-next.ts';
import { unknownToken } from '../http/refusal.ts';
import { jsonReply, type Reply } from '../http/reply.ts';
import type { Commit, Repository } from '../repositories/repository.ts';
import { modelSummary, pick, siblings } from './model-info.ts';
import type { HubServices } from './route.ts';

const MOST = 1000;

interface Row {
  readonly repository: Repository;
  readonly commit: Commit;
}

/** `GET /api/models`: what the viewer may see of it, filtered, sorted, in pages. */
export function listModelsRoute(request: HubRequest, services: HubServices): Reply {
  const { query, viewer } = request;
  if (viewer.kind === 'unknown-token') throw unknownToken();
  const rows: Row[] = [];
  for (const repository of services.repositories.all()) {
    const commit = repository.resolve('main');
    const visible = !repository.facts.private || hasGrant(viewer, repository.id);
    if (visible && commit !== undefined && isWanted(repository, query)) {
      rows.push({ repository, commit });
    }
  }
  rows.sort(order(query));
  const limit = Math.min(Math.max(Number(query.get('limit') ?? MOST) || MOST, 1), MOST);
  const from = Number(query.get('cursor') ?? 0) || 0;
  const page = rows.slice(from, from + limit).map((row) => listed(row, request));
  const more = from + limit < rows.length;
  return jsonReply(page, more ? linkNext(request, { cursor: String(from + limit) }) : {});
}

function isWanted({ id, facts }: Repository, query: URLSearchParams): boolean {
  const search = query.get('search')?.toLowerCase();
  if (search !== undefined && !id.toLowerCase().includes(search)) return false;
  const author = query.get('author');
  if (author !== null && !id.startsWith(`${author}/`)) return false;
  const pipeline = query.get('pipeline_tag');
  if (pipeline !== null && facts.pipelineTag !== pipeline) return false;
  if (query.has('gated') && flagParameter(query, 'gated') !== (facts.gated !== false)) return false;
  const words = new Set([...facts.tags, facts.pipelineTag, facts.libraryName]);
  return listParameter(query, 'filter').every((tag) => words.has(tag));
}

function order(query: URLSearchParams): (a: Row, b: Row) => number {
  const by = query.get('sort');
  const up = query.get('direction') === '1' ? 1 : -1;
  const value = ({ repository, commit }: Row): number => {
    if (by === 'downloads') return repository.facts.downloads;
    if (by === 'likes') return repository.facts.likes;
    if (by === 'createdAt' || by === 'created_at') return repository.facts.createdAt;
    return by === 'lastModified' || by === 'last_modified' ? commit.date : 0;
  };
  return (a, b) => up * (value(a) - value(b)) || (a.repository.id < b.repository.id ? -1 : 1);
}

function listed({ repository, commit }: Row, request: HubRequest): Record<string, unknown> {
  const { query, viewer } = request;
  const { config, cardData, ...short } = modelSummary(repository, commit);
  const full = {
    ...short,
    sha: commit.id,
    siblings: siblings(repository, commit, viewer, false),
    config,
    cardData,
  };
  const expand = listParameter(query, 'expand');
  if (expand.length > 0) return pick(full, expand);
  if (flagParameter(query, 'full')) return full;
  return {
    ...short,
    ...(flagParameter(query, 'config') ? { config } : {}),
    ...(flagParameter(query, 'cardData') ? { cardData } : {}),
  };
}

import type { Entry } from '@modelkeep/core/spi';
import type { Call } from '../call.ts';
import { type HubAnswer, jsonAnswer } from '../http/hub-answer.ts';
import { flag, limit, list } from '../http/query.ts';
import { forwardedOr } from '../upstream/forward.ts';
import { nextLink } from '../upstream/our-links.ts';
import { documentId, pick } from './model-info.ts';

const MOST = 1000;

/** `GET /api/models`: the source's own list; without it, the models that are here, filtered, sorted, in pages. */
export function listModelsRoute(call: Call): Promise<HubAnswer> {
  return forwardedOr(call, () => cachedModels(call));
}

/** `GET /api/models-tags-by-type`, which only the source knows. */
export function tagsRoute(call: Call): Promise<HubAnswer> {
  return forwardedOr(call, () => jsonAnswer({}, { 'X-Modelkeep-Cache': 'stale' }));
}

async function cachedModels(call: Call): Promise<HubAnswer> {
  const { query } = call.target;
  const models = new Map<string, Entry>();
  for await (const entry of call.options.listModels(call.callOptions)) {
    const known = models.get(entry.modelId);
    if (known === undefined || entry.revision === 'main') models.set(entry.modelId, entry);
  }
  const wanted = [...models.values()].filter((entry) => isWanted(entry, query)).sort(order(query));
  const size = limit(query, 'limit', 1, MOST);
  const from = Math.max(0, Math.floor(Number(query.get('cursor') ?? 0)) || 0);
  const page = wanted.slice(from, from + size).map((entry) => row(entry, query));
  return jsonAnswer(page, {
    'X-Modelkeep-Cache': 'stale',
    'Cache-Control': 'private, no-cache',
    ...(from + size < wanted.length ? { Link: linkTo(call, from + size) } : {}),
  });
}

function words({ metadata }: Entry): readonly (string | null | undefined)[] {
  return [...(metadata.tags ?? []), metadata.pipelineName, metadata.libraryName];
}

function isWanted(entry: Entry, query: URLSearchParams): boolean {
  const search = query.get('search')?.toLowerCase() ?? '';
  const author = query.get('author');
  const pipeline = query.get('pipeline_tag');
  const filters = list(query, 'filter').flatMap((filter) => filter.split(','));
  return (
    entry.modelId.toLowerCase().includes(search) &&
    (author === null || entry.modelId.toLowerCase().startsWith(`${author.toLowerCase()}/`)) &&
    (pipeline === null || entry.metadata.pipelineName === pipeline) &&
    filters.every((filter) => words(entry).includes(filter))
  );
}

/** By the time of change or of download; downloads and likes are not known here. */
function order(query: URLSearchParams): (a: Entry, b: Entry) => number {
  const by = query.get('sort')?.replace('_', '').toLowerCase();
  const up = query.get('direction') === '1' ? 1 : -1;
  const value = (entry: Entry): number => {
    if (by === 'createdat') return entry.downloadDate;
    return by === 'lastmodified' ? Date.parse(entry.metadata.lastModified ?? '') || 0 : 0;
  };
  return (a, b) => up * (value(a) - value(b)) || (a.modelId < b.modelId ? -1 : 1);
}

function row(entry: Entry, query: URLSearchParams): Record<string, unknown> {
  const { modelId, metadata } = entry;
  const slash = modelId.indexOf('/');
  const facts: Record<string, unknown> = {
    _id: documentId(modelId),
    id: modelId,
    modelId,
    ...(slash < 0 ? {} : { author: modelId.slice(0, slash) }),
    private: false,
    gated: false,
    tags: metadata.tags ?? [],
    downloads: 0,
    likes: 0,
    createdAt: new Date(entry.downloadDate).toISOString(),
    ...(metadata.lastModified ? { lastModified: metadata.lastModified } : {}),
    ...(metadata.pipelineName ? { pipeline_tag: metadata.pipelineName } : {}),
    ...(metadata.libraryName ? { library_name: metadata.libraryName } : {}),
  };
  const full = { ...facts, sha: entry.commit, siblings: [] };
  const expand = list(query, 'expand');
  if (expand.length > 0) return pick(full, expand);
  return flag(query, 'full') ? full : facts;
}

function linkTo({ baseUrl, target }: Call, from: number): string {
  const query = new URLSearchParams(target.query);
  query.set('cursor', String(from));
  return nextLink(`${baseUrl}/api/models?${query}`);
}

import { flagParameter } from '../http/hub-request.ts';
import { linkNext } from '../http/link-next.ts';
import { entryNotFound, revisionNotFound } from '../http/refusal.ts';
import { jsonReply, type Reply } from '../http/reply.ts';
import type { Commit } from '../repositories/repository.ts';
import { locate } from './locate.ts';
import type { RepositoryCall } from './route.ts';
import { type EntryView, treeEntry } from './tree-entries.ts';

const PAGE = 1000;
const EXPANDED_PAGE = 50;

/** `GET /api/models/{id}/tree/{rev}[/{path}]`. */
export function treeRoute({ request, repository, rest }: RepositoryCall): Reply {
  const { revision, commit, path } = locate(repository, rest);
  if (commit === undefined) throw revisionNotFound(revision);
  const folder = path.replace(/\/+$/, '');
  if (!commit.folders.has(folder)) {
    throw entryNotFound(commit.id, `${folder} does not exist on "${revision}"`);
  }
  const recursive = flagParameter(request.query, 'recursive');
  const expand = flagParameter(request.query, 'expand');
  const paths = pathsBelow(commit, folder, recursive);

  const most = expand ? EXPANDED_PAGE : PAGE;
  const asked = Number(request.query.get('limit') ?? most);
  const limit = asked >= 1 ? Math.min(Math.floor(asked), most) : most;
  const from = readCursor(request.query.get('cursor'));
  const view: EntryView = { repository, commit, viewer: request.viewer, expand };
  const page = paths.slice(from, from + limit).map((entry) => treeEntry(entry, view));
  const more = from + limit < paths.length;
  const link = more
    ? linkNext(request, { limit: String(limit), cursor: writeCursor(from + limit) })
    : {};
  return jsonReply(page, { 'X-Repo-Commit': commit.id, ...link });
}

function pathsBelow(commit: Commit, folder: string, recursive: boolean): string[] {
  const start = folder === '' ? '' : `${folder}/`;
  const below = (path: string): boolean =>
    path !== folder &&
    path.startsWith(start) &&
    (recursive || !path.slice(start.length).includes('/'));
  const folders = [...commit.folders.keys()].filter((path) => path !== '' && below(path)).sort();
  const files = [...commit.files.keys()].filter(below);
  return [...folders, ...files];
}

function writeCursor(offset: number): string {
  return Buffer.from(JSON.stringify({ offset })).toString('base64url');
}

function readCursor(cursor: string | null): number {
  if (cursor === null) return 0;
  const { offset } = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as {
    offset: number;
  };
  return offset;
}

import type { ServedRevision } from '@modelkeep/core';
import type { Call } from '../call.ts';
import { keepingHeaders, originHeaders } from '../http/cache-headers.ts';
import { type HubAnswer, jsonAnswer } from '../http/hub-answer.ts';
import { flag, limit } from '../http/query.ts';
import { entryNotFound } from '../http/refusal.ts';
import { type FolderIndex, folderIndex } from '../listing/git-trees.ts';
import { fileEntry, folderEntry, type LastCommit } from '../listing/tree-entry.ts';
import { redirectTo, renamedTo } from '../routing/rename.ts';
import { nextLink } from '../upstream/our-links.ts';
import { boundRevision } from './bind.ts';

const PAGE = 1000;
const EXPANDED_PAGE = 50;

/** `GET /api/models/{id}/tree/{rev}[/{path}]`. */
export async function treeRoute(call: Call): Promise<HubAnswer> {
  const { query } = call.target;
  const { served, location } = await boundRevision(call);
  const renamed = renamedTo(call, served.modelId);
  if (renamed !== undefined) return redirectTo(call, renamed);
  const headers = { ...keepingHeaders(location.revision), ...originHeaders(served) };
  const index = folderIndex(served.files);
  const folder = [location.path, location.literalPath].find((path) =>
    index.treeIds.has(path ?? '\0'),
  );
  if (folder === undefined) {
    const message = `${location.path} does not exist on "${location.revision}"`;
    throw entryNotFound(served.commit, message, headers);
  }
  const expand = flag(query, 'expand');
  const size = limit(query, 'limit', 1, expand ? EXPANDED_PAGE : PAGE);
  const from = readCursor(query.get('cursor'));
  const paths = pathsBelow(index, folder, flag(query, 'recursive'));
  const lastCommit = expand ? lastCommitOf(served) : undefined;
  const page = paths.slice(from, from + size).map((path) => entryAt(index, path, lastCommit));
  return jsonAnswer(page, {
    'X-Repo-Commit': served.commit,
    ...(from + size < paths.length ? { Link: linkTo(call, size, from + size) } : {}),
    ...headers,
  });
}

/** The listing of a file or a folder. Undefined if the commit has nothing at the path. */
export function entryAt(
  index: FolderIndex,
  path: string,
  lastCommit: LastCommit | undefined,
): Record<string, unknown> | undefined {
  const file = index.files.get(path);
  if (file !== undefined) return fileEntry(file, lastCommit);
  const treeId = path === '' ? undefined : index.treeIds.get(path);
  return treeId === undefined ? undefined : folderEntry(path, treeId, lastCommit);
}

/** The commit itself: which one changed a path last is not known here. */
export function lastCommitOf({ commit, info }: ServedRevision): LastCommit {
  const date = info['lastModified'];
  return {
    id: commit,
    title: '',
    date: typeof date === 'string' ? date : new Date(0).toISOString(),
  };
}

/** Folders, then files, as the Hub lists them. */
function pathsBelow(index: FolderIndex, folder: string, recursive: boolean): string[] {
  const start = folder === '' ? '' : `${folder}/`;
  const below = (path: string): boolean =>
    path !== '' && path.startsWith(start) && (recursive || !path.includes('/', start.length));
  return [...index.treeIds.keys(), ...index.files.keys()].filter(below);
}

function linkTo({ baseUrl, target }: Call, size: number, from: number): string {
  const query = new URLSearchParams(target.query);
  query.set('limit', String(size));
  query.set('cursor', Buffer.from(String(from)).toString('base64url'));
  const path = target.segments.map(({ text }) => encodeURIComponent(text)).join('/');
  return nextLink(`${baseUrl}/${path}?${query}`);
}

function readCursor(cursor: string | null): number {
  const from = Number(Buffer.from(cursor ?? '', 'base64url').toString('latin1'));
  return Number.isSafeInteger(from) && from > 0 ? from : 0;
}

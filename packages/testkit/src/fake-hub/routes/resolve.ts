import { requireGateOpen } from '../access/access.ts';
import { flagParameter } from '../http/hub-request.ts';
import { entryNotFound, revisionNotFound } from '../http/refusal.ts';
import { type Reply, redirectReply } from '../http/reply.ts';
import type { StoredFile } from '../repositories/stored-file.ts';
import { contentDisposition } from './content-disposition.ts';
import { fileAt, locate } from './locate.ts';
import { regularFileReply } from './regular-file.ts';
import type { RepositoryCall } from './route.ts';
import { xetFileInfoReply, xetHeaders } from './xet.ts';

/** `HEAD/GET /{id}/resolve/{rev}/{path}`. The gate comes before revision and file. */
export function resolveRoute(call: RepositoryCall): Reply | Promise<Reply> {
  const { request, repository, rest } = call;
  const location = locate(repository, rest);
  requireGateOpen(repository, request.viewer, location.path);
  if (location.commit === undefined) throw revisionNotFound(location.revision);
  const commit = location.commit.id;
  const file = fileAt(location);
  if (file === undefined) throw entryNotFound(commit);
  if (file.lfs !== undefined) return lfsReply(call, file, commit);
  const open = !repository.facts.private && repository.facts.gated === false;
  return open ? cacheRedirect(call, file, commit) : regularFileReply(call, file, commit);
}

function cacheRedirect(
  { request, repository }: RepositoryCall,
  file: StoredFile,
  commit: string,
): Reply {
  const path = file.path.split('/').map(encodeURIComponent).join('/');
  const cache = `${request.prefix}/api/resolve-cache/models/${repository.id}/${commit}/${path}`;
  const download = flagParameter(request.query, 'download') ? '&download=true' : '';
  const query = `${encodeURIComponent(request.path)}=&etag=%22${file.oid}%22${download}`;
  return redirectReply(307, `${cache}?${query}`, { 'X-Repo-Commit': commit });
}

function lfsReply(call: RepositoryCall, file: StoredFile, commit: string): Reply {
  const { request, repository, services } = call;
  const sha256 = file.lfs?.sha256 ?? '';
  const headers = {
    'X-Repo-Commit': commit,
    'X-Linked-Size': String(file.size),
    'X-Linked-ETag': `"${sha256}"`,
    'Accept-Ranges': 'bytes',
    ...xetHeaders(call, file, commit),
  };
  const xetWanted = String(request.headers['accept']).includes('xet-fileinfo');
  if (xetWanted && repository.facts.xet) return xetFileInfoReply(call, file, commit, headers);
  const disposition = contentDisposition(file.path, flagParameter(request.query, 'download'));
  const signed = { repository: repository.id, commit, path: file.path, sha256, disposition };
  return redirectReply(302, services.signer.sign(signed), headers);
}

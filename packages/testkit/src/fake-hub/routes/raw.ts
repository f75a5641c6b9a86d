import { requireGateOpen } from '../access/access.ts';
import { bufferContent } from '../content/buffer-content.ts';
import { fileReply } from '../http/file-reply.ts';
import { entryNotFound, revisionNotFound } from '../http/refusal.ts';
import type { Reply } from '../http/reply.ts';
import { fileAt, locate } from './locate.ts';
import type { RepositoryCall } from './route.ts';

/** `HEAD/GET /{id}/raw/{rev}/{path}`: git's blob as it is, LFS files as pointers. */
export function rawRoute({ request, repository, rest }: RepositoryCall): Reply {
  requireGateOpen(repository, request.viewer);
  const location = locate(repository, rest);
  if (location.commit === undefined) throw revisionNotFound(location.revision);
  const file = fileAt(location);
  if (file === undefined) throw entryNotFound(location.commit.id);
  return fileReply({
    content: file.lfs === undefined ? file.content : bufferContent(Buffer.from(file.lfs.pointer)),
    etag: `"${file.oid}"`,
    file: { repository: repository.id, path: file.path },
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      'X-Repo-Commit': location.commit.id,
    },
    request: request.headers,
  });
}

import type { Call } from '../call.ts';
import type { HubAnswer } from '../http/hub-answer.ts';
import { isKnown } from '../http/preconditions.ts';
import { blobId, isLfs, lfsPointer } from '../listing/file-identity.ts';
import { redirectTo, renamedTo } from '../routing/rename.ts';
import { openedBody } from './file-body.ts';
import { fileHeaders } from './file-headers.ts';
import { locatedFile } from './served-file.ts';

/** `GET /{id}/raw/{rev}/{path}`: what git keeps, so of a git-lfs file the pointer. */
export async function rawRoute(call: Call): Promise<HubAnswer> {
  const { served, location } = await locatedFile(call);
  const renamed = renamedTo(call, served.modelId);
  if (renamed !== undefined) return redirectTo(call, renamed);
  const { file } = served;
  const etag = `"${blobId(file)}"`;
  const {
    'Accept-Ranges': _ranges,
    'X-Linked-ETag': _etag,
    'X-Linked-Size': _size,
    ...headers
  } = fileHeaders(served, etag, location.revision, false);
  if (isKnown(call.request, etag)) return { status: 304, headers };
  const pointer = isLfs(file) ? lfsPointer(file) : undefined;
  const length = pointer === undefined ? file.size : Buffer.byteLength(pointer);
  const all = {
    ...headers,
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': String(length),
  };
  if (call.request.method === 'HEAD') return { status: 200, headers: all };
  return { status: 200, headers: all, body: pointer ?? (await openedBody(served, 0, file.size)) };
}

import { createHash } from 'node:crypto';
import { fileReply } from '../http/file-reply.ts';
import { type Reply, textReply } from '../http/reply.ts';
import type { HubServices } from '../routes/route.ts';

export interface CdnRequest {
  readonly path: string;
  readonly search: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Answers for a signed URL: the file, or 403 as a bucket words it. */
export function cdnRoute(request: CdnRequest, services: HubServices): Reply {
  const file = services.signer.verify(request.path, request.search);
  if (file === 'expired') return expiredUrlReply();
  if (file === 'forged') return refused(403, 'AccessDenied', 'Access Denied');
  const { repositories } = services;
  const id = repositories.renamedTo(file.repository) ?? file.repository;
  const stored = repositories.find(id)?.commits.get(file.commit)?.files.get(file.path);
  if (stored === undefined) return refused(404, 'NoSuchKey', 'The specified key does not exist.');
  return fileReply({
    content: stored.content,
    // Like a bucket's, the ETag says nothing about the sha256.
    etag: `"${createHash('md5').update(file.sha256).digest('hex')}"`,
    file: { repository: id, path: file.path },
    headers: {
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': file.disposition,
      'Cache-Control': 'public, max-age=604800, immutable',
      'Last-Modified': 'Wed, 01 Jan 2025 00:00:00 GMT',
      'X-Cache': 'Hit from cloudfront',
    },
    request: request.headers,
  });
}

/** What the CDN says once a URL's time is over. */
export function expiredUrlReply(): Reply {
  return refused(403, 'AccessDenied', 'Request has expired');
}

function refused(status: number, code: string, message: string): Reply {
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return textReply(status, xml, 'application/xml');
}

import { revisionNotFound } from '../http/refusal.ts';
import { jsonReply, type Reply } from '../http/reply.ts';
import type { StoredFile } from '../repositories/stored-file.ts';
import { locate } from './locate.ts';
import type { RepositoryCall } from './route.ts';

/** Headers by which the Hub offers a file over Xet; none if it does not. */
export function xetHeaders(
  { request, repository, services }: RepositoryCall,
  file: StoredFile,
  commit: string,
): Record<string, string> {
  if (!repository.facts.xet || file.lfs === undefined) return {};
  const auth = `${request.base}/api/models/${repository.id}/xet-read-token/${commit}`;
  const reconstruction = `${services.signer.base}/v1/reconstructions/${file.lfs.xetHash}`;
  return {
    'X-Xet-Hash': file.lfs.xetHash,
    Link: `<${auth}>; rel="xet-auth", <${reconstruction}>; rel="xet-reconstruction-info"`,
  };
}

/** The answer for a client that accepts Xet file information in place of the file. */
export function xetFileInfoReply(
  { request, repository, services }: RepositoryCall,
  file: StoredFile,
  commit: string,
  headers: Readonly<Record<string, string>>,
): Reply {
  const hash = file.lfs?.xetHash ?? '';
  const value = {
    hash,
    refreshUrl: `${request.base}/api/models/${repository.id}/xet-read-token/${commit}`,
    reconstructionUrl: `${services.signer.base}/v1/reconstructions/${hash}`,
    etag: `"${file.lfs?.sha256}"`,
    size: file.size,
  };
  return jsonReply(value, { ...headers, 'Content-Type': 'application/vnd.xet-fileinfo+json' });
}

/** `GET /api/models/{id}/xet-read-token/{rev}`. The CAS that it names exists only as an address. */
export function xetTokenRoute({ repository, rest, services }: RepositoryCall): Reply {
  const { revision, commit } = locate(repository, rest);
  if (commit === undefined) throw revisionNotFound(revision);
  const exp = Math.floor(Date.now() / 1000) + 900;
  const accessToken = `xet_${commit.id}`;
  const casUrl = services.signer.base;
  return jsonReply(
    { casUrl, accessToken, exp },
    {
      'X-Xet-Cas-Url': casUrl,
      'X-Xet-Access-Token': accessToken,
      'X-Xet-Token-Expiration': String(exp),
    },
  );
}

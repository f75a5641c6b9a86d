import {
  ModelkeepError,
  type OpenFileOptions,
  type RemoteBody,
  type RemoteFile,
} from '@modelkeep/core/spi';
import type { HttpRequest, HttpResponse } from '@modelkeep/http-client';
import { checkedBody } from './checked-body.ts';
import type { FileTarget, FileTargets } from './file-targets.ts';
import type { HubContext, HubSubject } from './hub-context.ts';
import { gatedFinding, hubError } from './hub-error.ts';

/** Opens a file or a range of it, at the address the Hub redirected to before, while that is good. */
export async function openFile(
  context: HubContext,
  targets: FileTargets,
  where: { readonly modelId: string; readonly commit: string; readonly file: RemoteFile },
  options: OpenFileOptions,
): Promise<RemoteBody> {
  const { modelId, commit, file } = where;
  const subject: HubSubject = { modelId, revision: commit, path: file.path };
  if (file.lfs && file.digest === undefined) {
    const { code, message } = gatedFinding(
      modelId,
      `${context.address.endpoint}/${modelId}`,
      `connection "${context.name}"`,
      context.token() !== undefined,
    );
    throw new ModelkeepError(code, message, { details: { modelId, file: file.path } });
  }
  const start = options.start ?? 0;
  const end = Math.min(options.end ?? file.size, file.size);
  const whole = start === 0 && end === file.size;
  const request: HttpRequest = {
    ...(whole ? {} : { range: { start, end } }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
  if (start >= end && file.size > 0) return { start, size: file.size, body: nothing() };

  const key = JSON.stringify([modelId, commit, file.path]);
  const known = targets.get(key);
  if (known !== undefined) {
    const answer = await askTarget(context, targets, key, known, request);
    if (isGood(answer, known)) {
      return checkedBody(context, where, { start, end }, answer, known.etag);
    }
    targets.drop(key, known);
    if (answer.status === 429 || answer.status >= 500) {
      throw await hubError(context, subject, answer);
    }
    answer.discard();
  }
  const answer = await context.http.request(
    context.address.file(modelId, commit, file.path),
    request,
  );
  if (answer.status >= 400 && answer.status !== 416) throw await hubError(context, subject, answer);
  const etag = identityOf(answer, file);
  if (isElsewhere(context, answer)) {
    targets.set(key, { url: answer.url, etag, hostEtag: answer.headers.get('etag') });
  }
  return checkedBody(context, where, { start, end }, answer, etag);
}

/** A host that cannot be reached is forgotten: for the next try the Hub may name another. */
async function askTarget(
  context: HubContext,
  targets: FileTargets,
  key: string,
  known: FileTarget,
  request: HttpRequest,
): Promise<HttpResponse> {
  try {
    return await context.http.request(known.url, request);
  } catch (error) {
    if (request.signal?.aborted !== true) targets.drop(key, known);
    throw error;
  }
}

function isGood(answer: HttpResponse, target: FileTarget): boolean {
  if (answer.status !== 200 && answer.status !== 206) return false;
  return target.hostEtag === answer.headers.get('etag');
}

function isElsewhere(context: HubContext, answer: HttpResponse): boolean {
  return (
    answer.hops.length > 0 &&
    new URL(answer.url).origin !== new URL(context.address.endpoint).origin
  );
}

/** The Hub's own word for the content: sha256 for an LFS file, git's blob id for another. A CDN's ETag is only a fallback. */
function identityOf(answer: HttpResponse, file: RemoteFile): string | undefined {
  const hub = answer.hops[0]?.headers ?? answer.headers;
  const etag =
    hub.get('x-linked-etag') ??
    answer.headers.get('x-linked-etag') ??
    (file.lfs && answer.hops.length > 0 ? undefined : answer.headers.get('etag')) ??
    file.digest;
  return etag?.replace(/^W\//, '').replace(/^"(.*)"$/, '$1');
}

async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {}

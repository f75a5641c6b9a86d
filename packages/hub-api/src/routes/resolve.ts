import type { ServedFile } from '@modelkeep/core';
import { ModelkeepError } from '@modelkeep/core/spi';
import type { Call } from '../call.ts';
import { readRange } from '../http/byte-range.ts';
import type { Headers, HubAnswer } from '../http/hub-answer.ts';
import { effectiveRange, isKnown, isOther } from '../http/preconditions.ts';
import { flag } from '../http/query.ts';
import { Refusal } from '../http/refusal.ts';
import { etagOf } from '../listing/file-identity.ts';
import { redirectTo, renamedTo } from '../routing/rename.ts';
import { openedBody } from './file-body.ts';
import { fileHeaders } from './file-headers.ts';
import { redirected } from './redirected.ts';
import { locatedFile } from './served-file.ts';

// Above this huggingface_hub refuses plain HTTP, if HEAD tells it the size.
const HTTP_LIMIT = 50_000_000_000;

/** `HEAD` and `GET /{id}/resolve/{rev}/{path}`: the file itself, without any redirect. */
export async function resolveRoute(call: Call): Promise<HubAnswer> {
  const { request } = call;
  const { served, location } = await locatedFile(call);
  const renamed = renamedTo(call, served.modelId);
  if (renamed !== undefined) return redirectTo(call, renamed);
  const etag = etagOf(served.file);
  if (etag === undefined) throw hashUnknown(call.modelId, served);
  const download = flag(call.target.query, 'download');
  const headers = fileHeaders(served, etag, location.revision, download);
  if (isOther(request, etag)) throw new Refusal(412, 'the file has another content now');
  if (isKnown(request, etag)) return { status: 304, headers: notModified(headers) };
  return request.method === 'HEAD'
    ? headAnswer(call, served, headers)
    : getAnswer(call, served, etag, headers);
}

/** Told from what is known of the file: never opens it. */
function headAnswer({ request }: Call, { file }: ServedFile, headers: Headers): HubAnswer {
  if (file.size > HTTP_LIMIT && (request.header('user-agent') ?? '').includes('hf_hub/')) {
    const { 'X-Linked-Size': _, ...without } = headers;
    return { status: 200, headers: without };
  }
  return { status: 200, headers: { 'Content-Length': String(file.size), ...headers } };
}

async function getAnswer(
  call: Call,
  served: ServedFile,
  etag: string,
  headers: Headers,
): Promise<HubAnswer> {
  const { size } = served.file;
  const header = effectiveRange(call.request, etag);
  const range = readRange(header, size);
  if (range.kind === 'unsatisfiable') {
    throw new Refusal(416, `the file has ${size} bytes`, {
      headers: { 'Content-Range': `bytes */${size}`, 'Accept-Ranges': 'bytes' },
    });
  }
  const { start, end } = range.kind === 'part' ? range : { start: 0, end: size };
  const elsewhere = await redirected(call, served, { start, end }, headers);
  if (elsewhere !== undefined) return elsewhere;
  const length = { 'Content-Length': String(end - start) };
  if (range.kind === 'part') {
    const part = { 'Content-Range': `bytes ${start}-${end - 1}/${size}`, ...length, ...headers };
    return { status: 206, headers: part, body: await openedBody(served, start, end) };
  }
  if (size === 0) {
    // No range of nothing can be given; clients that probe with one still look here for the size.
    const probed = header === undefined ? {} : { 'Content-Range': 'bytes */0' };
    return { status: 200, headers: { ...probed, ...length, ...headers }, body: '' };
  }
  return {
    status: 200,
    headers: { ...length, ...headers },
    body: await openedBody(served, start, end),
  };
}

function notModified(headers: Headers): Headers {
  const { 'Content-Type': _type, 'Content-Disposition': _name, ...rest } = headers;
  return rest;
}

function hashUnknown(modelId: string, { file }: ServedFile): ModelkeepError {
  return new ModelkeepError(
    'gated',
    `${modelId} is gated, and the cache may not read ${file.path}: ask for access on the model's page, then give the cache's connection the access token of that account`,
  );
}

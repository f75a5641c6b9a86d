import type { ServedFile } from '@modelkeep/core';
import { keepingHeaders, originHeaders } from '../http/cache-headers.ts';
import type { Headers } from '../http/hub-answer.ts';
import { isLfs } from '../listing/file-identity.ts';

// A file from a stranger, on our origin: shown as text or saved, never run.
const SANDBOX = "default-src 'none'; sandbox";

/** As the Hub names a downloaded file. */
function contentDisposition(path: string, download: boolean): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const plain = name.replace(/[^\x20-\x7e]|["\\]/g, '_');
  const encoded = encodeURIComponent(name).replace(/['()*]/g, percent);
  return `${download ? 'attachment' : 'inline'}; filename*=UTF-8''${encoded}; filename="${plain}";`;
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** What is said of a file on `resolve`, whatever part of it is sent. */
export function fileHeaders(
  served: ServedFile,
  etag: string,
  revision: string,
  download: boolean,
): Headers {
  const { file, commit } = served;
  const lfs = isLfs(file);
  return {
    'Content-Type': lfs ? 'application/octet-stream' : 'text/plain; charset=utf-8',
    'Content-Disposition': contentDisposition(file.path, download),
    'Content-Security-Policy': SANDBOX,
    'Accept-Ranges': 'bytes',
    ETag: etag,
    'X-Repo-Commit': commit,
    ...(lfs ? { 'X-Linked-ETag': etag, 'X-Linked-Size': String(file.size) } : {}),
    ...keepingHeaders(revision),
    ...originHeaders(served),
  };
}

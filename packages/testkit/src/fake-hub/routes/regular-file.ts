import { gzipSync } from 'node:zlib';
import { fileReply } from '../http/file-reply.ts';
import { flagParameter } from '../http/hub-request.ts';
import type { Reply } from '../http/reply.ts';
import type { StoredFile } from '../repositories/stored-file.ts';
import { contentDisposition } from './content-disposition.ts';
import type { RepositoryCall } from './route.ts';

const GZIP_LIMIT = 1024 * 1024;
const GZIP_NAMES = /\.(json|jsonl|md|txt|py|jinja|yaml|yml|html|csv|model)$|^[^.]*$/;

/** A file that git itself keeps: its bytes, its blob id as ETag. */
export async function regularFileReply(
  call: RepositoryCall,
  file: StoredFile,
  commit: string,
): Promise<Reply> {
  const { request, repository } = call;
  const etag = `"${file.oid}"`;
  const reply = fileReply({
    content: file.content,
    etag,
    file: { repository: repository.id, path: file.path },
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Disposition': contentDisposition(
        file.path,
        flagParameter(request.query, 'download'),
      ),
      'X-Repo-Commit': commit,
    },
    request: request.headers,
  });
  return reply.status === 200 && wantsGzip(call, file) ? gzipped(reply, file, etag) : reply;
}

function wantsGzip({ request, services }: RepositoryCall, file: StoredFile): boolean {
  const name = file.path.slice(file.path.lastIndexOf('/') + 1);
  return (
    services.gzipText &&
    request.method === 'GET' &&
    file.size > 0 &&
    file.size <= GZIP_LIMIT &&
    GZIP_NAMES.test(name) &&
    /\bgzip\b/.test(String(request.headers['accept-encoding']))
  );
}

async function gzipped(reply: Reply, file: StoredFile, etag: string): Promise<Reply> {
  const parts: Buffer[] = [];
  for await (const part of file.content.chunks(0, file.size, GZIP_LIMIT)) {
    parts.push(Buffer.from(part));
  }
  const { 'Content-Length': _, 'Accept-Ranges': __, ...headers } = reply.headers;
  return {
    ...reply,
    headers: {
      ...headers,
      'Content-Encoding': 'gzip',
      Vary: 'Accept-Encoding',
      ETag: `W/${etag}`,
    },
    body: gzipSync(Buffer.concat(parts)),
  };
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { FileContent } from '../fake-hub/content/file-content.ts';
import { corrupted } from '../fake-hub/faults/alter-body.ts';
import { parseByteRange } from '../fake-hub/http/byte-range.ts';
import type { StoredFile } from '../fake-hub/repositories/stored-file.ts';
import { Pacer, pieceBytes } from '../fake-hub/sending/pacer.ts';
import type { GitLfsFaults } from './git-lfs-server.ts';

const SECONDS = 3_600;

interface BatchRequest {
  readonly operation?: string;
  readonly objects?: readonly { readonly oid: string; readonly size: number }[];
}

/** Contents of git-lfs by sha256, and the two requests by which a client gets them. */
export class LfsObjects {
  readonly #contents = new Map<string, FileContent>();
  readonly #bytesPerSecond: number | undefined;
  #faults: GitLfsFaults = {};
  #sent = 0;

  constructor(bytesPerSecond: number | undefined) {
    this.#bytesPerSecond = bytesPerSecond;
  }

  setFaults(faults: GitLfsFaults): void {
    this.#faults = faults;
  }

  /** Bytes that went out. */
  get sent(): number {
    return this.#sent;
  }

  add(files: readonly StoredFile[]): void {
    for (const { lfs, content } of files) {
      if (lfs !== undefined) this.#contents.set(lfs.sha256, content);
    }
  }

  remove(sha256: string): void {
    this.#contents.delete(sha256);
  }

  /** Answers a batch request: where each content is, below `base`. */
  async batch(base: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { operation, objects = [] } = (await json(request)) as BatchRequest;
    if (operation !== 'download') {
      sendJson(response, 403, { message: 'This server is read-only.' });
      return;
    }
    const answers = objects.map(({ oid, size }) =>
      this.#contents.get(oid)?.size === size
        ? {
            oid,
            size,
            authenticated: true,
            actions: { download: { href: `${base}/${oid}`, expires_in: SECONDS } },
          }
        : { oid, size, error: { code: 404, message: 'Object does not exist' } },
    );
    sendJson(response, 200, { transfer: 'basic', objects: answers, hash_algo: 'sha256' });
  }

  /** Sends a content, or the range of it that was asked for. */
  async send(oid: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const content = this.#contents.get(oid);
    if (content === undefined) {
      sendJson(response, 404, { message: 'Object does not exist' });
      return;
    }
    const { size } = content;
    const range = parseByteRange(request.headers.range, size);
    if (range === 'unsatisfiable') {
      response.writeHead(416, { 'content-range': `bytes */${size}` }).end();
      return;
    }
    const { start, end } = range === 'whole' ? { start: 0, end: size } : range;
    response.writeHead(range === 'whole' ? 200 : 206, {
      'content-type': 'application/octet-stream',
      'content-length': end - start,
      'accept-ranges': 'bytes',
      ...(range === 'whole' ? {} : { 'content-range': `bytes ${start}-${end - 1}/${size}` }),
    });
    await pipeline(Readable.from(this.#sending(content, start, end)), response);
  }

  /** What is sent, as fast as it may be, with what goes wrong with it. */
  async *#sending(content: FileContent, start: number, end: number): AsyncGenerator<Buffer> {
    const { cutAfter, stallAfter, corruptAt } = this.#faults;
    const most = Math.min(cutAfter ?? Infinity, stallAfter ?? Infinity);
    const given = corruptAt === undefined ? content : corrupted(content, corruptAt);
    const speed = this.#bytesPerSecond;
    const pacer = new Pacer();
    const { signal } = new AbortController();
    for await (const piece of given.chunks(start, Math.min(end, start + most), pieceBytes(speed))) {
      if (speed !== undefined) await pacer.take(piece.length, speed, signal);
      this.#sent += piece.length;
      // The content reuses its buffers while earlier pieces may still wait to be sent.
      yield Buffer.from(piece);
    }
    if (end - start <= most) return;
    if (stallAfter !== undefined) await new Promise(() => undefined);
    throw new Error('broken off as asked');
  }
}

function sendJson(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/vnd.git-lfs+json' });
  response.end(JSON.stringify(value));
}

import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExportOptions, ModelExport } from '@modelkeep/core';
import { isModelkeepError, ModelkeepError } from '@modelkeep/core/spi';
import { modelPath } from './models.ts';
import type { Reply, Transport } from './transport.ts';

const RETRY_MS = 1000;
const MOST_RETRIES = 10;

/** A model as an archive, downloaded from the server. What breaks off goes on where it broke, if the bytes are the same. */
export async function exportRemote(
  transport: Transport,
  name: string,
  options: ExportOptions,
): Promise<ModelExport> {
  const { format = 'tar', compress = false, signal, onEvent } = options;
  const path = `${modelPath(name)}/archive?format=${encodeURIComponent(format)}${compress ? '&compress=true' : ''}`;
  const first = await transport.open(path, { signal });
  const size = numberOf(first, 'content-length');
  const identity = textOf(first, 'etag');
  const progress = (doneBytes: number): void =>
    onEvent?.({
      type: 'progress',
      doneBytes,
      ...(size === undefined ? {} : { totalBytes: size }),
      doneFiles: doneBytes === size ? 1 : 0,
      totalFiles: 1,
      active: [],
    });
  const reopen = (start: number): Promise<Reply> =>
    transport.open(path, {
      signal,
      headers: { range: `bytes=${start}-`, 'if-range': identity },
    });
  return {
    fileName: fileNameOf(textOf(first, 'content-disposition')) ?? `model.${format}`,
    format,
    ...(size === undefined ? {} : { size }),
    identity,
    lastUse: { at: null, by: null },
    stream: ReadableStream.from(resumed(first.body, size, reopen, progress, signal)),
  };
}

async function* resumed(
  first: Readable,
  size: number | undefined,
  reopen: (start: number) => Promise<Reply>,
  progress: (done: number) => void,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  let body = first;
  let done = 0;
  let retries = 0;
  for (;;) {
    try {
      for await (const chunk of body) {
        const bytes = chunk as Uint8Array;
        done += bytes.byteLength;
        retries = 0;
        progress(done);
        yield bytes;
      }
      if (size === undefined || done === size) return;
      throw new ModelkeepError('source-unavailable', 'the archive was cut off', {
        retryable: true,
      });
    } catch (error) {
      signal?.throwIfAborted();
      if (size === undefined || retries >= MOST_RETRIES) throw error;
    }
    body = await resume(done, reopen, () => ++retries <= MOST_RETRIES, signal);
  }
}

async function resume(
  start: number,
  reopen: (start: number) => Promise<Reply>,
  mayRetry: () => boolean,
  signal: AbortSignal | undefined,
): Promise<Readable> {
  for (;;) {
    await sleep(RETRY_MS, undefined, signal === undefined ? {} : { signal });
    try {
      const reply = await reopen(start);
      if (reply.status === 206) return reply.body;
      reply.body.destroy();
      throw new ModelkeepError(
        'conflict',
        'the model changed while it was downloaded: run the same command again',
      );
    } catch (error) {
      signal?.throwIfAborted();
      if (!isModelkeepError(error, 'source-unavailable') || !mayRetry()) throw error;
    }
  }
}

function textOf({ headers }: Reply, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}

function numberOf(reply: Reply, name: string): number | undefined {
  const text = textOf(reply, name);
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** The name that the server gives the file; never a path. */
function fileNameOf(disposition: string): string | undefined {
  const name = /filename="([^"/\\]+)"/.exec(disposition)?.[1];
  return name === '.' || name === '..' ? undefined : name;
}

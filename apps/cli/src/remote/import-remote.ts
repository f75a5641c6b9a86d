import { createReadStream } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { Readable } from 'node:stream';
import type { ImportOptions, ImportResult, ModelCache } from '@modelkeep/core';
import { ModelkeepError } from '@modelkeep/core/spi';
import { DefaultHttpStack, Upload, type UploadOptions } from 'tus-js-client';
import { failureOf, unreachable } from './failures.ts';
import { runJob } from './run-job.ts';
import type { Transport } from './transport.ts';

const RETRY_DELAYS_MS = [500, 1000, 2000, 4000, 8000, 8000, 8000];
const CHUNK_BYTES = 16 * 1024 * 1024;

type Input = Parameters<ModelCache['importModel']>[0];

/** Sends an archive to the server, and has it imported there. What breaks off goes on where it broke. */
export async function importRemote(
  transport: Transport,
  input: Input,
  options: ImportOptions,
): Promise<ImportResult> {
  if ('folder' in input) {
    throw new ModelkeepError(
      'unsupported',
      `${input.folder} is a folder: make an archive of it, or import it on the server's machine`,
    );
  }
  const { signal, onEvent } = options;
  const upload = await send(
    transport,
    input,
    (doneBytes, totalBytes) =>
      onEvent?.({
        type: 'progress',
        doneBytes,
        ...(totalBytes === undefined ? {} : { totalBytes }),
        doneFiles: 0,
        active: [],
      }),
    signal,
  );
  return runJob<ImportResult>(transport, '/imports', { upload }, { signal, onEvent });
}

/** Returns the upload's id. */
function send(
  transport: Transport,
  { path, size, stream }: Exclude<Input, { readonly folder: string }>,
  progress: (done: number, total: number | undefined) => void,
  signal: AbortSignal | undefined,
): Promise<string> {
  const isFile = path !== undefined && size !== undefined;
  const source = isFile ? createReadStream(path) : Readable.from(stream());
  return new Promise((resolve, reject) => {
    const options: UploadOptions = {
      endpoint: `${transport.base}/uploads`,
      headers: { ...transport.headers },
      retryDelays: RETRY_DELAYS_MS,
      httpStack: new DefaultHttpStack({ agent: agentOf(transport) }),
      // A file is read again where it broke off; of a stream, a part must be kept for that.
      ...(isFile ? { uploadSize: size } : { uploadLengthDeferred: true, chunkSize: CHUNK_BYTES }),
      onProgress: (sent, total) => progress(sent, Number.isFinite(total) ? total : undefined),
      onError: (error) => reject(errorOf(transport, error)),
      onSuccess: () => resolve(upload.url?.split('/').at(-1) ?? ''),
    };
    // The types know of a browser's files only.
    const upload = new Upload(source as never, options);
    const stop = (): void => {
      upload.abort().catch(() => undefined);
      source.destroy();
      reject(signal?.reason);
    };
    if (signal?.aborted) {
      stop();
      return;
    }
    signal?.addEventListener('abort', stop, { once: true });
    upload.start();
  });
}

function agentOf({ base, authorities }: Transport): HttpAgent {
  const options = {
    keepAlive: true,
    proxyEnv: process.env,
    ...(authorities === undefined ? {} : { ca: [...authorities] }),
  };
  return base.startsWith('https:') ? new HttpsAgent(options) : new HttpAgent(options);
}

function errorOf({ base }: Transport, error: unknown): Error {
  const { originalResponse } = error as {
    originalResponse?: { getStatus(): number; getBody(): string } | null;
  };
  return originalResponse
    ? failureOf(base, originalResponse.getStatus(), originalResponse.getBody())
    : unreachable(base, error);
}

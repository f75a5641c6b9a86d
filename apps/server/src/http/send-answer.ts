import { type FileHandle, open } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import type { Answer, BodySource } from './answer.ts';
import { type BufferPool, SMALL } from './buffers.ts';
import { fileChunks } from './file-chunks.ts';
import { LentBuffers } from './lent-buffers.ts';
import { type Sent, sendChunks } from './send-chunks.ts';

/**
 * Sends an answer to its end, no faster than the other end takes it. Rejects if that fails; the caller then breaks off an
 * answer that has begun, so that nobody takes a part for the whole.
 */
export async function sendAnswer(
  response: ServerResponse,
  answer: Answer,
  pool: BufferPool,
  sent: Sent,
): Promise<void> {
  const { status, headers, body } = answer;
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
    response.writeHead(status, headers);
    response.end(body);
    if (body !== undefined) sent.bytes += Buffer.byteLength(body);
    return;
  }
  const file = body.localPath === undefined ? undefined : await openFile(body.localPath);
  try {
    response.writeHead(status, headers);
    if (file !== undefined && body.end - body.start <= SMALL) {
      await sendSmall(response, file, body, sent);
    } else {
      const buffers = new LentBuffers(pool);
      const take = (bytes: number): Buffer => buffers.take(bytes);
      // The client may be waiting for the head alone.
      if (file === undefined) response.flushHeaders();
      const chunks = file === undefined ? body.open(take) : fileChunks(file, body, take);
      await sendChunks(response, chunks, buffers, sent, body.end - body.start);
    }
    if (!response.writableEnded) response.end();
  } finally {
    await file?.close();
  }
}

/** A file that is gone by now may still be had in the longer way. */
async function openFile(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function sendSmall(
  response: ServerResponse,
  file: FileHandle,
  { start, end }: BodySource,
  sent: Sent,
): Promise<void> {
  const buffer = Buffer.allocUnsafe(end - start);
  const { bytesRead } = await file.read(buffer, 0, buffer.byteLength, start);
  if (bytesRead !== buffer.byteLength) throw new Error('the file is shorter than it was');
  response.end(buffer);
  sent.bytes += bytesRead;
}

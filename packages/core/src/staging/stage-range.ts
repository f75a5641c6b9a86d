import { constants } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import type { HashPool } from '../hashing/hash-pool.ts';
import { ModelkeepError } from '../spi/errors.ts';
import { WriteBack } from '../spi/write-back.ts';
import { workspaceError } from '../util/fs-errors.ts';
import type { StagedBlob, StageOptions } from './stage-body.ts';

const BUFFER_BYTES = 1024 * 1024;
const BUFFERS = 2;

/** A part of a file. */
export interface FileRange {
  readonly path: string;
  readonly start: number;
  /** All of a file that is no link: one that was put in its place, or has grown meanwhile, is not taken. Default: false. */
  readonly wholeFile?: boolean;
}

export interface StageRangeOptions extends StageOptions {
  readonly onProgress: (doneBytes: number) => void;
  /** Called when all bytes are in the new file; hashing may still go on. */
  readonly onCopied: () => void;
}

function changed(expected: number, found: number): ModelkeepError {
  return new ModelkeepError(
    'integrity-mismatch',
    `a file changed while it was read: expected ${expected} bytes, found ${found}`,
    { details: { expected, found } },
  );
}

async function writeFully(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.byteLength; ) {
    const { bytesWritten } = await handle.write(
      bytes,
      done,
      bytes.byteLength - done,
      position + done,
    );
    done += bytesWritten;
  }
}

/** Copies with buffers that are used again and again: one is written while the next is read. */
async function copyRange(
  source: FileHandle,
  start: number,
  target: FileHandle,
  options: StageRangeOptions,
  onWritten: (start: number, end: number) => void,
): Promise<void> {
  const { size, signal } = options;
  const buffers = Array.from({ length: BUFFERS }, () => Buffer.allocUnsafeSlow(BUFFER_BYTES));
  let writing: Promise<void> = Promise.resolve();
  for (let position = 0, round = 0; position < size; round += 1) {
    signal?.throwIfAborted();
    const buffer = buffers[round % BUFFERS] as Buffer;
    const wanted = Math.min(BUFFER_BYTES, size - position);
    const { bytesRead } = await source.read(buffer, 0, wanted, start + position);
    if (bytesRead === 0) {
      await writing;
      throw changed(size, position);
    }
    // The one buffer is free again once its write is over; the other is being filled meanwhile.
    await writing;
    const from = position;
    const end = from + bytesRead;
    writing = writeFully(target, buffer.subarray(0, bytesRead), from).then(() => {
      onWritten(from, end);
      options.onProgress(end);
    });
    // A failure is seen at the next await; until then it must not count as unhandled.
    writing.catch(() => {});
    position = end;
  }
  await writing;
}

/** Copies a part of a file to a new file at `path`, hashing it on the way. On any failure the file is gone. */
export async function stageRange(
  hashing: HashPool,
  path: string,
  range: FileRange,
  options: StageRangeOptions,
): Promise<StagedBlob> {
  const { size, gitOid, signal } = options;
  let source: FileHandle | undefined;
  let target: FileHandle | undefined;
  try {
    const noFollow = range.wholeFile === true ? (constants.O_NOFOLLOW ?? 0) : 0;
    source = await open(range.path, constants.O_RDONLY | noFollow);
    target = await open(path, 'wx', 0o644);
    const hash = hashing.follow(path, {
      size,
      gitOid,
      ...(signal === undefined ? {} : { signal }),
    });
    try {
      const writeBack = new WriteBack(target);
      await copyRange(source, range.start, target, options, (start, end) => {
        hash.advance(end);
        writeBack.note(end - start);
      });
      const found = range.wholeFile === true ? (await source.stat()).size : size;
      if (found !== size) throw changed(size, found);
      options.onCopied();
      const hashes = await hash.result;
      await writeBack.settle();
      return { path, size, ...hashes };
    } finally {
      hash.cancel();
    }
  } catch (error) {
    await rm(path, { force: true });
    throw workspaceError(error, `could not write ${path}`);
  } finally {
    await source?.close();
    await target?.close();
  }
}

import { createReadStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MAX_MEMBER_PATH_BYTES } from '../../archives/path-policy.ts';
import { archiveInvalid } from '../../spi/archive-error.ts';
import type {
  ArchiveEntry,
  ArchiveFormat,
  ArchiveInput,
  ArchiveReadOptions,
} from '../../spi/archive-format.ts';
import { ModelkeepError } from '../../spi/errors.ts';
import { BatchedWriter } from '../../staging/batched-writer.ts';
import { workspaceError } from '../../util/fs-errors.ts';

const HEAD_BYTES = 512;
const READ_BYTES = 1024 * 1024;
/** Members of any kind; the largest repositories on the Hub have far fewer files. */
const MAX_ENTRIES = 100_000;
/** Decided exactly by the archive's own metadata; this only keeps sums of sizes exact. */
const MAX_TOTAL_BYTES = 2 ** 50;

/** The first bytes of a file. */
async function headOf(path: string): Promise<Uint8Array> {
  const handle = await open(path, 'r').catch((cause: Error) => {
    throw new ModelkeepError('invalid-argument', `${path} cannot be read: ${cause.message}`, {
      cause,
    });
  });
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    const { bytesRead } = await handle.read(head, 0, HEAD_BYTES, 0);
    return head.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** The first bytes of a stream, and the whole stream. */
async function peek(
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ readonly head: Uint8Array; readonly whole: AsyncGenerator<Uint8Array> }> {
  const iterator = bytes[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let length = 0;
  while (length < HEAD_BYTES) {
    const next = await iterator.next();
    if (next.done === true) break;
    first.push(next.value);
    length += next.value.byteLength;
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    try {
      yield* first;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { head: Buffer.concat(first).subarray(0, HEAD_BYTES), whole: whole() };
}

function formatOf(
  archives: readonly ArchiveFormat[],
  head: Uint8Array,
): { readonly format: ArchiveFormat; readonly name: string } {
  for (const format of archives) {
    const name = format.detect(head);
    if (name !== undefined) return { format, name };
  }
  const known = archives.flatMap(({ names }) => names);
  throw archiveInvalid({
    reason: 'unknown-format',
    problem:
      head.byteLength === 0 ? 'is empty' : 'is of no format that is known by its first bytes',
    remedy: `Known are ${known.length === 0 ? 'none: this cache was opened without archive formats' : known.join(', ')}, and an unpacked folder.`,
  });
}

async function spool(
  bytes: AsyncIterable<Uint8Array>,
  path: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    const writer = new BatchedWriter(handle, 0, () => {});
    for await (const chunk of bytes) {
      signal?.throwIfAborted();
      await writer.push(chunk);
    }
    await writer.flush();
  } catch (error) {
    await rm(path, { force: true });
    throw workspaceError(error, 'could not keep the archive while it is read');
  } finally {
    await handle.close();
  }
}

/** The members of an archive in any of the formats of `archives`, told by its first bytes, never by its name. */
export async function* openArchive(
  archives: readonly ArchiveFormat[],
  input: ArchiveInput,
  stagingFolder: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<ArchiveEntry> {
  const options: ArchiveReadOptions = {
    ...(signal === undefined ? {} : { signal }),
    maxEntries: MAX_ENTRIES,
    maxPathBytes: MAX_MEMBER_PATH_BYTES,
    maxTotalBytes: () => MAX_TOTAL_BYTES,
  };
  const { path } = input;
  if (path !== undefined) {
    const { format, name } = formatOf(archives, await headOf(path));
    const stream = (): AsyncIterable<Uint8Array> =>
      createReadStream(path, { highWaterMark: READ_BYTES });
    yield* format.read({ ...input, path, stream }, name, options);
    return;
  }
  const { head, whole } = await peek(input.stream());
  try {
    const { format, name } = formatOf(archives, head);
    let spooled: string | undefined;
    if (format.features.randomAccess) {
      spooled = join(stagingFolder, 'archive');
      await spool(whole, spooled, signal);
    }
    const opened: ArchiveInput = {
      ...(spooled === undefined ? {} : { path: spooled }),
      ...(input.size === undefined ? {} : { size: input.size }),
      stream: () => whole,
    };
    yield* format.read(opened, name, options);
  } finally {
    // Not awaited: a source that hangs must not hold up an abort.
    whole.return(undefined).then(undefined, () => undefined);
  }
}

import { Budget, checkPathLength } from '@modelkeep/archive-common';
import { type ArchiveEntry, type ArchiveReadOptions, archiveInvalid } from '@modelkeep/core/spi';
import { checkAgreement, checkDescriptor, checkReadable } from './check-member.ts';
import { type Directory, findDirectory } from './find-end.ts';
import {
  type CentralHeader,
  centralLength,
  localLength,
  parseCentral,
  parseLocal,
} from './headers.ts';
import { checkStored, memberContent } from './member-content.ts';
import { kindOf } from './member-kind.ts';
import { decodeName, shownName } from './member-name.ts';
import { openRandomFile, type RandomFile } from './random-file.ts';
import { CENTRAL_BYTES, LOCAL_BYTES, STORED } from './zip-format.ts';

/** Of the directory, at a time. */
const WINDOW = 256 * 1024;
/** Behind a local header's name, in which its extra fields mostly end. */
const USUAL_EXTRA = 96;
const LONGEST_DESCRIPTOR = 24;

/** Contents that are read for their checksum alone, beside the reading of members. */
class Checks implements AsyncDisposable {
  readonly #running = new Set<Promise<void>>();

  async run(check: () => Promise<void>): Promise<void> {
    const checking = check();
    this.#running.add(checking);
    try {
      await checking;
    } finally {
      this.#running.delete(checking);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#running);
  }
}

/** The headers of the directory in their order. */
async function* directoryHeaders(
  file: RandomFile,
  directory: Directory,
): AsyncGenerator<CentralHeader> {
  const end = directory.start + directory.size;
  let at = directory.start;
  let window: Buffer = Buffer.alloc(0);
  let windowStart = at;
  const bytes = async (length: number): Promise<Buffer> => {
    const from = at - windowStart;
    if (from + length > window.byteLength) {
      windowStart = at;
      window = await file.bytes(at, Math.min(Math.max(WINDOW, length), end - at));
      return window.subarray(0, length);
    }
    return window.subarray(from, from + length);
  };
  for (let index = 0; index < directory.entries; index += 1) {
    const length = centralLength(await bytes(CENTRAL_BYTES));
    const header = await bytes(length);
    if (header.byteLength < length) throw cutDirectory();
    yield parseCentral(header);
    at += length;
  }
  if (at !== end) throw cutDirectory();
}

function cutDirectory(): Error {
  return archiveInvalid({
    reason: 'hidden-bytes',
    problem: 'has a directory of another length than its members make',
  });
}

/** Where a member's content begins, once its own header and what follows the content were held against the directory. */
async function locate(
  file: RandomFile,
  header: CentralHeader,
  next: number,
  member: string,
): Promise<number> {
  const { offset, name, compressedSize } = header;
  let bytes = await file.bytes(offset, LOCAL_BYTES + name.byteLength + USUAL_EXTRA);
  const length = localLength(bytes, member);
  if (length > bytes.byteLength) bytes = await file.bytes(offset, length);
  if (bytes.byteLength < length) throw overlap(member);
  const local = parseLocal(bytes.subarray(0, length), member);
  checkAgreement(header, local, member);
  const start = offset + length;
  const behind = next - (start + compressedSize);
  if (behind < 0) throw overlap(member);
  // One byte more than a descriptor has is enough to see that it is none.
  const descriptor = await file.bytes(next - behind, Math.min(behind, LONGEST_DESCRIPTOR + 1));
  checkDescriptor(header, descriptor, member);
  return start;
}

function overlap(member: string): Error {
  return archiveInvalid({
    reason: 'overlapping-members',
    member,
    problem: 'reaches into what comes next: two members share bytes, or lie in another order',
    remedy: 'Make the archive anew.',
  });
}

/** The members of a zip. Each byte of it belongs to one member, or to the directory. */
export async function* readZip(
  path: string,
  options: ArchiveReadOptions,
): AsyncGenerator<ArchiveEntry> {
  const { signal } = options;
  signal?.throwIfAborted();
  await using file = await openRandomFile(path, signal);
  // Ends before the file is closed.
  await using checks = new Checks();
  const directory = await findDirectory(file);
  const budget = new Budget(options);
  const headers = directoryHeaders(file, directory);
  let end = 0;
  let header = await headers.next();
  if (header.done === true && directory.start > 0) throw before();
  while (header.done !== true) {
    const following = await headers.next();
    const next = following.done === true ? directory.start : following.value.offset;
    const { value } = header;
    if (value.offset !== end) throw end === 0 ? before() : overlap(shownName(value.name));
    yield await toEntry(file, value, next, options, budget, checks);
    signal?.throwIfAborted();
    end = next;
    header = following;
  }
}

function before(): Error {
  return archiveInvalid({
    reason: 'hidden-bytes',
    problem: 'has bytes before its first member',
    remedy: 'Give a plain zip, no self-extracting program.',
  });
}

async function toEntry(
  file: RandomFile,
  header: CentralHeader,
  next: number,
  { maxPathBytes }: ArchiveReadOptions,
  budget: Budget,
  checks: Checks,
): Promise<ArchiveEntry> {
  const shown = shownName(header.name);
  checkReadable(header, shown);
  const name = decodeName(header.name, header);
  const path = name.replace(/\/$/, '');
  checkPathLength(path, maxPathBytes);
  const kind = kindOf(header, name);
  budget.count(path, header.size);
  const start = await locate(file, header, next, path);
  const body = memberContent(file, start, header, path);
  return {
    path,
    kind,
    size: kind === 'file' ? header.size : 0,
    ...(kind === 'symlink' ? { linkTarget: await targetOf(body, header.size, maxPathBytes) } : {}),
    ...(kind === 'file' && header.method === STORED
      ? {
          position: start,
          checkContent: () => checks.run(() => checkStored(file, start, header, path)),
        }
      : {}),
    body: kind === 'file' ? body : nothing(),
  };
}

/** The content of a link is where it leads; only to be shown. */
async function targetOf(
  body: AsyncIterable<Uint8Array>,
  size: number,
  most: number,
): Promise<string> {
  if (size > most) return '';
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

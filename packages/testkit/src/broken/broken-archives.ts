import {
  type ArchiveEntry,
  type ArchiveFormat,
  type ArchiveMember,
  isModelkeepError,
  ModelkeepError,
} from '@modelkeep/core/spi';
import { memoryArchive, memoryArchiveBytes } from '../memory/memory-archive.ts';
import type { BrokenFake } from './broken-fake.ts';

type Change = (format: ArchiveFormat) => Partial<ArchiveFormat>;

/** As {@link BrokenFake}; the group of a test begins with the format's name. */
export type BrokenArchive = Omit<BrokenFake<never>, 'create'> & { create(): ArchiveFormat };

function broken(name: string, fails: string, change: Change): BrokenArchive {
  return {
    name,
    fails: `memory > ${fails}`,
    create() {
      const format = memoryArchive();
      return { ...format, ...change(format) };
    },
  };
}

/** The format, but with each entry that is read as `change` makes it. */
function readingAs(change: (entry: ArchiveEntry) => ArchiveEntry | undefined): Change {
  return (format) => ({
    async *read(...call) {
      for await (const entry of format.read(...call)) {
        const changed = change(entry);
        if (changed !== undefined) yield changed;
      }
    },
  });
}

/** The format, but without the failures that `forgiven` picks. */
function forgiving(forgiven: (message: string) => boolean): Change {
  return (format) => ({
    async *read(...call) {
      try {
        yield* format.read(...call);
      } catch (error) {
        if (!isModelkeepError(error, 'archive-invalid') || !forgiven(error.message)) throw error;
      }
    },
  });
}

const END = Buffer.alloc(4);

let stamps = 0;

export const BROKEN_ARCHIVES: readonly BrokenArchive[] = [
  broken(
    'takes a cut for the end',
    'damage > a cut at any place is archive-invalid',
    forgiving((message) => message.includes('ends')),
  ),
  broken(
    'ignores what follows the end',
    'damage > something behind the end is archive-invalid',
    forgiving((message) => message.includes('follows')),
  ),
  broken(
    'fails in its own way',
    'damage > a wrong byte anywhere never fails in another way',
    (format) => ({
      async *read(...call) {
        try {
          yield* format.read(...call);
        } catch (error) {
          throw isModelkeepError(error) && error.cause instanceof Error ? error.cause : error;
        }
      },
    }),
  ),
  broken(
    'does not name the member',
    'damage > the message names the member that is cut',
    (format) => ({
      async *read(...call) {
        for await (const entry of format.read(...call)) {
          async function* body(): AsyncGenerator<Uint8Array, void, undefined> {
            try {
              yield* entry.body;
            } catch (error) {
              if (!isModelkeepError(error, 'archive-invalid')) throw error;
              throw new ModelkeepError('archive-invalid', 'The archive is damaged');
            }
          }
          yield { ...entry, body: body() };
        }
      },
    }),
  ),
  broken(
    'composes names',
    'round trip > keeps hostile names byte for byte',
    readingAs((entry) => ({ ...entry, path: entry.path.normalize('NFC') })),
  ),
  broken(
    'cuts names at 100 bytes',
    'round trip > keeps long names byte for byte',
    readingAs((entry) => ({ ...entry, path: entry.path.slice(0, 100) })),
  ),
  broken(
    'drops files of no bytes',
    'round trip > keeps contents of every size',
    readingAs((entry) => (entry.kind === 'file' && entry.size === 0 ? undefined : entry)),
  ),
  broken(
    'leaves folders out',
    'round trip > writes every folder above a member before it, once',
    readingAs((entry) => (entry.kind === 'directory' ? undefined : entry)),
  ),
  broken(
    'loses its place when a content is not read',
    'round trip > skips contents that are not read, or only in part',
    (format) => ({
      async *read(...call) {
        let lost = false;
        for await (const entry of format.read(...call)) {
          if (lost) {
            lost = false;
            continue;
          }
          let left = entry.size;
          async function* body(): AsyncGenerator<Uint8Array, void, undefined> {
            for await (const chunk of entry.body) {
              left -= chunk.length;
              yield chunk;
            }
          }
          yield { ...entry, body: body() };
          lost = left > 0;
        }
      },
    }),
  ),
  broken(
    'stamps each archive',
    'write > gives the same bytes for the same members, whatever their chunks',
    (format) => ({
      write(members, options) {
        async function* stamped(): AsyncGenerator<Uint8Array, void, undefined> {
          stamps += 1;
          const stamp = memoryArchiveBytes([{ path: `stamp-${stamps}`, kind: 'other' }]);
          yield stamp.subarray(0, stamp.length - END.length);
          let first = true;
          for await (const chunk of format.write(members, options)) {
            if (!first) yield chunk;
            first = false;
          }
        }
        return ReadableStream.from(stamped());
      },
    }),
  ),
  broken('guesses its size', 'write > says exactly how long the archive will be', (format) => ({
    writtenSize: (members, name) => (format.writtenSize(members, name) ?? 0) + 512,
  })),
  broken(
    'takes a body of any length',
    'write > refuses a body of another length than declared',
    (format) => ({
      write(members, options) {
        async function* filled(): AsyncGenerator<ArchiveMember, void, undefined> {
          for await (const member of members) {
            yield { ...member, open: () => exactly(member.open(), member.size) };
          }
        }
        return format.write(filled(), options);
      },
    }),
  ),
  broken('counts files only', 'limits > on the number of members count every kind', (format) => ({
    async *read(input, name, { maxEntries, ...options }) {
      let files = 0;
      for await (const entry of format.read(input, name, { ...options, maxEntries: 1e9 })) {
        if (entry.kind === 'file') files += 1;
        if (files > maxEntries) throw new ModelkeepError('archive-invalid', 'Too many files');
        yield entry;
      }
    },
  })),
  broken(
    'asks for the limit once',
    'limits > on the bytes in all hold, and are asked before each member',
    (format) => ({
      read(input, name, options) {
        const limit = options.maxTotalBytes();
        return format.read(input, name, { ...options, maxTotalBytes: () => limit });
      },
    }),
  ),
  broken('counts characters as bytes', 'limits > on the bytes of a path are exact', (format) => ({
    async *read(input, name, options) {
      const unlimited = { ...options, maxPathBytes: 1e9 };
      for await (const entry of format.read(input, name, unlimited)) {
        if (entry.path.length > options.maxPathBytes) {
          throw new ModelkeepError('archive-invalid', 'A name is too long');
        }
        yield entry;
      }
    },
  })),
  broken('takes all for its own', 'detect > names nothing for what is no archive', () => ({
    detect: () => 'memory',
  })),
  broken(
    'does not listen to the signal',
    'abort > of a read fails with the signal’s own reason',
    (format) => ({
      read: (input, name, { signal: _, ...options }) => format.read(input, name, options),
    }),
  ),
];

async function* exactly(
  body: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let left = size;
  for await (const chunk of body) {
    yield chunk.subarray(0, left);
    left -= Math.min(left, chunk.length);
  }
  yield new Uint8Array(left);
}

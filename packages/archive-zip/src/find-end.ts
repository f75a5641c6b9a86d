import { archiveInvalid } from '@modelkeep/core/spi';
import type { RandomFile } from './random-file.ts';
import {
  DESCRIPTOR,
  END,
  END_BYTES,
  MAX16,
  MAX32,
  SINGLE_PART,
  ZIP64_END,
  ZIP64_END_BYTES,
  ZIP64_LOCATOR,
  ZIP64_LOCATOR_BYTES,
} from './zip-format.ts';

/** What the end of a zip says of its directory. */
export interface Directory {
  readonly entries: number;
  readonly start: number;
  readonly size: number;
}

/** With one of these the first part of a split archive begins, even if it is the only one. */
const SPLIT_MARKS: ReadonlySet<number> = new Set([DESCRIPTOR, SINGLE_PART]);
const LONGEST_COMMENT = 0xffff;
const CUT = 'The archive was not copied whole, or something was put behind it: copy it again.';

/** Finds the directory. There is one way to, or none: an archive that two readers would open at different places is refused. */
export async function findDirectory(file: RandomFile): Promise<Directory> {
  const first = await file.bytes(0, 4);
  if (first.byteLength === 4 && SPLIT_MARKS.has(first.readUInt32LE(0))) throw split();
  const tailStart = Math.max(0, file.size - END_BYTES - LONGEST_COMMENT);
  const tail = await file.bytes(tailStart, file.size - tailStart);
  const at = endRecordIn(tail);
  const end = {
    disk: tail.readUInt16LE(at + 4),
    directoryDisk: tail.readUInt16LE(at + 6),
    entriesHere: tail.readUInt16LE(at + 8),
    entries: tail.readUInt16LE(at + 10),
    size: tail.readUInt32LE(at + 12),
    start: tail.readUInt32LE(at + 16),
  };
  const position = tailStart + at;
  const zip64 = await zip64Of(file, position, end);
  const { entries, size, start } = zip64 ?? end;
  if (zip64 === undefined) {
    if (end.disk !== 0 || end.directoryDisk !== 0 || end.entriesHere !== end.entries) throw split();
    if (size === MAX32 || start === MAX32) {
      throw archiveInvalid({ reason: 'truncated', problem: 'lacks its zip64 record', remedy: CUT });
    }
  }
  if (start + size !== (zip64?.position ?? position)) {
    throw archiveInvalid({
      reason: 'hidden-bytes',
      problem: 'has bytes before it or within it that belong to no member, or lacks some',
      remedy: 'Give one plain zip at a time: no self-extracting program, nothing joined to it.',
    });
  }
  return { entries, size, start };
}

/** The place of the end record: the one that reaches just to the end of the file. */
function endRecordIn(tail: Buffer): number {
  const signature = Buffer.alloc(4);
  signature.writeUInt32LE(END);
  const last = tail.lastIndexOf(signature);
  if (last < 0 || last + END_BYTES > tail.byteLength) {
    throw archiveInvalid({
      reason: 'no-end-mark',
      problem: 'has no end record: it was cut off, or is one part of several',
      remedy: `${CUT} Parts that were cut from one archive are joined first: cat model.zip.* > model.zip`,
    });
  }
  // The last one is what every reader looks for; a comment that holds another makes them disagree.
  if (last + END_BYTES + tail.readUInt16LE(last + 20) !== tail.byteLength) {
    throw archiveInvalid({
      reason: 'trailing-bytes',
      problem: 'does not end where its end record says',
      remedy: CUT,
    });
  }
  for (let at = tail.indexOf(signature); at < last; at = tail.indexOf(signature, at + 1)) {
    const isComplete = at + END_BYTES <= tail.byteLength;
    if (isComplete && at + END_BYTES + tail.readUInt16LE(at + 20) === tail.byteLength) {
      throw archiveInvalid({
        reason: 'ambiguous-headers',
        problem: 'has two end records, one within the comment of the other',
      });
    }
  }
  return last;
}

type End = {
  readonly disk: number;
  readonly directoryDisk: number;
  readonly entries: number;
  readonly size: number;
  readonly start: number;
};

async function zip64Of(
  file: RandomFile,
  endPosition: number,
  end: End,
): Promise<(Directory & { readonly position: number }) | undefined> {
  const locatorAt = endPosition - ZIP64_LOCATOR_BYTES;
  if (locatorAt < 0) return undefined;
  const locator = await file.bytes(locatorAt, ZIP64_LOCATOR_BYTES);
  if (locator.readUInt32LE(0) !== ZIP64_LOCATOR) return undefined;
  if (locator.readUInt32LE(4) !== 0 || locator.readUInt32LE(16) > 1) throw split();
  const position = Number(locator.readBigUInt64LE(8));
  const record = await file.bytes(position, ZIP64_END_BYTES);
  if (record.byteLength < ZIP64_END_BYTES || record.readUInt32LE(0) !== ZIP64_END) {
    throw badZip64('is not where its locator says');
  }
  if (position + 12 + Number(record.readBigUInt64LE(4)) !== locatorAt) {
    throw badZip64('does not end where its locator begins');
  }
  if (record.readUInt32LE(16) !== 0 || record.readUInt32LE(20) !== 0) throw split();
  const entries = Number(record.readBigUInt64LE(32));
  if (Number(record.readBigUInt64LE(24)) !== entries) throw split();
  const directory = {
    entries,
    size: Number(record.readBigUInt64LE(40)),
    start: Number(record.readBigUInt64LE(48)),
    position,
  };
  if (!Object.values(directory).every(Number.isSafeInteger)) {
    throw badZip64('has figures beyond all files');
  }
  const agrees =
    (end.entries === MAX16 || end.entries === entries) &&
    (end.size === MAX32 || end.size === directory.size) &&
    (end.start === MAX32 || end.start === directory.start) &&
    (end.disk === 0 || end.disk === MAX16) &&
    (end.directoryDisk === 0 || end.directoryDisk === MAX16);
  if (!agrees) throw badZip64('says other than the end record');
  return directory;
}

function badZip64(problem: string): Error {
  return archiveInvalid({
    reason: 'ambiguous-headers',
    problem: `has a zip64 record that ${problem}`,
  });
}

export function split(): Error {
  return archiveInvalid({
    reason: 'split-archive',
    problem: 'is one part of a split zip',
    remedy: 'Join the parts first: zip -s 0 parts.zip --out whole.zip',
  });
}

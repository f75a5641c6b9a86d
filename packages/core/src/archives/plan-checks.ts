import { METADATA_FILE } from '../model-metadata/metadata-schema.ts';
import { archiveInvalid, quoteName } from '../spi/archive-error.ts';
import type { ModelMetadata } from '../spi/model.ts';
import type { MemberRecord } from './member-record.ts';
import { pathSegments } from './path-policy.ts';
import { PROVENANCE_FILE, type Provenance } from './provenance.ts';

interface PlacedFile {
  readonly record: MemberRecord;
  readonly place: { readonly path: string };
}

/** `modelkeep.json` must list the files that are there, with their sizes, and no others. */
export function checkAgainstProvenance(
  files: readonly PlacedFile[],
  provenance: Provenance | undefined,
  metadata: ModelMetadata,
): void {
  if (provenance === undefined) return;
  checkCommit(provenance, metadata);
  for (const { path } of provenance.omitted) pathSegments(path);
  const found = new Map(files.map(({ place, record }) => [place.path, record]));
  for (const { path, size } of provenance.files) {
    const record = found.get(path);
    if (record === undefined) {
      throw archiveInvalid({
        reason: 'missing-file',
        problem: `lacks the file ${quoteName(path)} that ${PROVENANCE_FILE} lists`,
      });
    }
    if (record.size !== size) throw wrongSize(record.member, size, record.size);
    found.delete(path);
  }
  for (const { member } of found.values()) throw notListed(member);
}

function checkCommit({ commit, derived }: Provenance, { commitHash }: ModelMetadata): void {
  if (derived || !commitHash || commitHash.toLowerCase() === commit) return;
  throw archiveInvalid({
    reason: 'commits-disagree',
    problem: `is of commit ${commit} in ${PROVENANCE_FILE} and of ${commitHash} in ${METADATA_FILE}`,
  });
}

/** `sizeInBytes`, where it is given, is the sum of the files. */
export function checkDeclaredSize(total: number, count: number, metadata: ModelMetadata): void {
  const declared = metadata.sizeInBytes ?? undefined;
  if (count === 0) {
    throw archiveInvalid({
      reason: 'no-model',
      problem: 'has no file in its folder "model"',
      remedy: 'Put the files of the repository into a folder "model" beside the metadata.',
    });
  }
  if (declared !== undefined && declared !== total) {
    throw archiveInvalid({
      reason: 'wrong-sizes',
      problem: `holds ${total} bytes of model files; ${METADATA_FILE} says sizeInBytes ${declared}`,
      remedy: `If no file is missing, correct sizeInBytes or remove it from ${METADATA_FILE}: it is optional.`,
      details: { expected: declared, found: total },
    });
  }
}

export function notListed(member: string): Error {
  return archiveInvalid({
    reason: 'not-listed',
    member,
    problem: `is not listed in ${PROVENANCE_FILE}`,
    remedy: `Take it out, or remove ${PROVENANCE_FILE} if the model was changed on purpose.`,
  });
}

export function wrongSize(member: string, expected: number, found: number): Error {
  return archiveInvalid({
    reason: 'wrong-sizes',
    member,
    problem: `has ${found} bytes; ${PROVENANCE_FILE} says ${expected}`,
    details: { expected, found },
  });
}

/** The declared total is exact, so what goes beyond it is refused before its first byte. */
export function tooManyBytes(member: string, expected: number, found: number): Error {
  return archiveInvalid({
    reason: 'wrong-sizes',
    member,
    problem: `brings the model's files to ${found} bytes; ${METADATA_FILE} says sizeInBytes ${expected}`,
    remedy: `Correct sizeInBytes, or remove it from ${METADATA_FILE}: it is optional.`,
    details: { expected, found },
  });
}

export function tooMuchLitter(member: string): Error {
  return archiveInvalid({
    reason: 'too-many-bytes',
    member,
    problem: 'is one too many of the files that desktop systems and download clients leave',
    remedy: 'Remove them (".DS_Store", "._*", ".cache/huggingface"), and make the archive anew.',
  });
}

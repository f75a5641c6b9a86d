import { formatModelMetadata } from '../model-metadata/format-model-metadata.ts';
import { METADATA_FILE } from '../model-metadata/metadata-schema.ts';
import { ModelkeepError } from '../spi/errors.ts';
import type { Digest, Entry, Snapshot } from '../spi/model.ts';
import { archiveBaseName } from './archive-file-name.ts';
import { MODEL_FOLDER } from './archive-layout.ts';
import { pathSegments } from './path-policy.ts';
import { formatProvenance, PROVENANCE_FILE } from './provenance.ts';

/** One file of an archive to write: a text, or the blob that holds it. */
export type ExportMember = { readonly path: string; readonly size: number } & (
  | { readonly text: Uint8Array }
  | { readonly digest: Digest }
);

function textMember(path: string, text: string): ExportMember {
  const bytes = new TextEncoder().encode(text);
  return { path, size: bytes.byteLength, text: bytes };
}

/** A name that an import would refuse must not leave in an archive: it would be found out too late, at the other site. */
function checkTravels(entry: Entry, path: string): void {
  try {
    pathSegments(`${MODEL_FOLDER}/${path}`);
  } catch (cause) {
    const { message } = cause as Error;
    throw new ModelkeepError(
      'unsupported',
      `${entry.modelId} cannot be exported: ${message} Or pull the model without that file (--exclude).`,
      { cause, details: { file: path } },
    );
  }
}

/** The members of an entry's archive, in their order: metadata, our own facts, then the files by path. The same entry gives the same members. */
export function exportMembers(entry: Entry, snapshot: Snapshot): readonly ExportMember[] {
  const root = archiveBaseName(entry.key);
  const files = snapshot.files
    .toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
    .map(({ path, size, digest }): ExportMember => {
      if (digest === undefined) {
        throw new ModelkeepError('storage-failed', `the content of ${path} was never fetched`);
      }
      checkTravels(entry, path);
      return { path: `${root}/${MODEL_FOLDER}/${path}`, size, digest };
    });
  const sizeInBytes = files.reduce((total, { size }) => total + size, 0);
  const metadata = formatModelMetadata(entry, { sizeInBytes, derived: snapshot.derived });
  return [
    textMember(`${root}/${METADATA_FILE}`, metadata),
    textMember(`${root}/${PROVENANCE_FILE}`, formatProvenance(snapshot, entry.metadata)),
    ...files,
  ];
}

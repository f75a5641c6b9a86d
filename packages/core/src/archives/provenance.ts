import type { ZodType } from 'zod';
import { parseJsonObject } from '../model-metadata/parse-json-object.ts';
import { archiveInvalid } from '../spi/archive-error.ts';
import type { ModelMetadata, Snapshot, SnapshotFile } from '../spi/model.ts';

/** Our own facts about an archive, beside `model_metadata.json`. Optional: archives of other makers have none. */
export const PROVENANCE_FILE = 'modelkeep.json';
const PROVENANCE_VERSION = 1;

/** `modelkeep.json`, version 1. */
export interface Provenance {
  readonly version: 1;
  /** 40 hex digits. */
  readonly commit: string;
  /** True if `commit` was derived from the content. */
  readonly derived: boolean;
  /** Origin of the page that the model was fetched from. */
  readonly endpoint?: string;
  /** The files in the archive, all with their sha256, sorted by path. */
  readonly files: readonly (SnapshotFile & { readonly digest: string })[];
  /** Files of the commit that were never fetched. */
  readonly omitted: readonly SnapshotFile[];
}

const digest = /^[0-9a-f]{64}$/;
const gitOid = /^[0-9a-f]{40}$/;

async function provenanceSchema(): Promise<ZodType> {
  const { z } = await import('zod');
  const known = {
    path: z.string().min(1),
    size: z.number().int().nonnegative(),
    gitOid: z.string().regex(gitOid).optional(),
    lfs: z.boolean(),
  };
  return z.looseObject({
    version: z.literal(PROVENANCE_VERSION),
    commit: z.string().regex(gitOid),
    derived: z.boolean(),
    endpoint: z.string().optional(),
    files: z.array(z.object({ ...known, sha256: z.string().regex(digest) })),
    omitted: z.array(z.object({ ...known, sha256: z.string().regex(digest).optional() })),
  });
}

function invalid(reason: string, problem: string): Error {
  return archiveInvalid({
    reason,
    member: PROVENANCE_FILE,
    problem,
    remedy: `Export the model again, or remove ${PROVENANCE_FILE} from the archive: it is optional.`,
  });
}

interface WrittenFile {
  readonly path: string;
  readonly size: number;
  readonly sha256?: string;
  readonly gitOid?: string;
  readonly lfs: boolean;
}

function toFile({ sha256, ...file }: WrittenFile): SnapshotFile {
  return sha256 === undefined ? file : { ...file, digest: sha256 };
}

function fromFile(file: SnapshotFile): WrittenFile {
  return {
    path: file.path,
    size: file.size,
    ...(file.digest === undefined ? {} : { sha256: file.digest }),
    ...(file.gitOid === undefined ? {} : { gitOid: file.gitOid }),
    lfs: file.lfs,
  };
}

/** Reads `modelkeep.json`; fails with `archive-invalid`. */
export async function parseProvenance(text: string): Promise<Provenance> {
  const parsed = parseJsonObject(text, PROVENANCE_FILE);
  const { version } = parsed;
  if (version !== PROVENANCE_VERSION) {
    throw invalid(
      'provenance-version',
      `has version ${JSON.stringify(version)}; known is ${PROVENANCE_VERSION}`,
    );
  }
  const result = (await provenanceSchema()).safeParse(parsed);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw invalid(
      'bad-provenance',
      `is not as it should be: "${issue?.path.join('.')}": ${issue?.message}`,
    );
  }
  const { files, omitted, ...rest } = parsed as unknown as Omit<Provenance, 'files' | 'omitted'> & {
    readonly files: readonly WrittenFile[];
    readonly omitted: readonly WrittenFile[];
  };
  const seen = new Set<string>();
  for (const { path } of [...files, ...omitted]) {
    if (seen.has(path)) {
      throw invalid('bad-provenance', `lists the file ${JSON.stringify(path)} twice`);
    }
    seen.add(path);
  }
  return { ...rest, files: files.map(toFile) as Provenance['files'], omitted: omitted.map(toFile) };
}

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined;
}

/** `modelkeep.json` of a snapshot. Holds nothing of this machine or moment, so that the same model gives the same text. */
export function formatProvenance(snapshot: Snapshot, metadata: ModelMetadata): string {
  const endpoint = originOf(metadata.url);
  const provenance = {
    version: PROVENANCE_VERSION,
    commit: snapshot.commit,
    derived: snapshot.derived,
    ...(endpoint === undefined ? {} : { endpoint }),
    files: snapshot.files.map(fromFile),
    omitted: snapshot.omitted.map(fromFile),
  };
  return `${JSON.stringify(provenance, null, 2)}\n`;
}

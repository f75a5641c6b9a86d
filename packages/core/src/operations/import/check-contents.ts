import type { ArchivePlan, PlannedFile } from '../../archives/archive-plan.ts';
import { derivedCommit } from '../../archives/derived-commit.ts';
import { PROVENANCE_FILE } from '../../archives/provenance.ts';
import { digestOfBytes, gitOidOfBytes } from '../../hashing/hash-bytes.ts';
import type { HashPool } from '../../hashing/hash-pool.ts';
import { archiveInvalid, quoteName } from '../../spi/archive-error.ts';
import { ModelkeepError } from '../../spi/errors.ts';
import type { Digest, SnapshotFile } from '../../spi/model.ts';
import type { StagedContent } from './staged-content.ts';

/** A file of the model with its content. */
interface ProvedFile {
  readonly file: SnapshotFile & { readonly digest: Digest };
  readonly content: StagedContent;
}

export interface ProvedModel {
  /** Sorted by path. */
  readonly files: readonly ProvedFile[];
  readonly commit: string;
  readonly derived: boolean;
}

/** An error that names file, expected and found. */
export function contentMismatch(path: string, who: string, expected: string, found: string): Error {
  return new ModelkeepError(
    'integrity-mismatch',
    `${quoteName(path)} in the archive is not what ${who} says: expected ${expected}, found ${found}; nothing was imported`,
    { details: { file: path, expected, found } },
  );
}

function contentOf(file: PlannedFile, staged: ReadonlyMap<string, StagedContent>): StagedContent {
  const { content: bytes, size } = file;
  if (bytes !== undefined) {
    return { bytes, size, digest: digestOfBytes(bytes), gitOid: gitOidOfBytes(bytes) };
  }
  const content = staged.get(file.member);
  if (content === undefined) throw new TypeError(`${file.member} was not staged`);
  return content;
}

async function gitOidOf(content: StagedContent, hashing: HashPool): Promise<string | undefined> {
  if (content.gitOid !== undefined) return content.gitOid;
  if ('bytes' in content) return gitOidOfBytes(content.bytes);
  return (await hashing.hashFile(content.path, { size: content.size, gitOid: true })).gitOid;
}

async function prove(
  planned: PlannedFile,
  staged: ReadonlyMap<string, StagedContent>,
  hashing: HashPool,
): Promise<ProvedFile> {
  const { path, size, lfs, expected } = planned;
  const content = contentOf(planned, staged);
  const { digest } = content;
  if (expected?.digest !== undefined && expected.digest !== digest) {
    throw contentMismatch(path, PROVENANCE_FILE, `sha256 ${expected.digest}`, `sha256 ${digest}`);
  }
  if (lfs) return { file: { path, size, digest, lfs }, content };
  const gitOid = await gitOidOf(content, hashing);
  if (gitOid === undefined) throw new TypeError(`${path} has no git blob id`);
  if (expected?.gitOid !== undefined && expected.gitOid !== gitOid) {
    const [wanted, found] = [`git blob ${expected.gitOid}`, `git blob ${gitOid}`];
    throw contentMismatch(path, PROVENANCE_FILE, wanted, found);
  }
  return { file: { path, size, digest, gitOid, lfs }, content };
}

/** Compares what was staged with what the archive says of it, and names the commit. */
export async function checkContents(
  plan: ArchivePlan,
  staged: ReadonlyMap<string, StagedContent>,
  hashing: HashPool,
): Promise<ProvedModel> {
  const files: ProvedFile[] = [];
  for (const planned of plan.files) files.push(await prove(planned, staged, hashing));
  const derived = plan.derived || plan.commit === undefined;
  if (!derived && plan.commit !== undefined) return { files, commit: plan.commit, derived };
  const commit = derivedCommit(files.map(({ file }) => file));
  // An archive without some of the files cannot be compared: its id was derived from all of them.
  const comparable = plan.commit !== undefined && plan.omitted.length === 0;
  if (comparable && plan.commit !== commit) {
    throw archiveInvalid({
      reason: 'commits-disagree',
      problem: `says that its id ${plan.commit} was derived from its content; that gives ${commit}`,
    });
  }
  return { files, commit: plan.commit ?? commit, derived };
}

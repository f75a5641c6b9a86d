import { createHash } from 'node:crypto';
import type { RemoteFile, ResolvedModel } from '@modelkeep/core/spi';
import { gitOidOf, sha256Of } from '../tools/bytes.ts';

/** A model of {@link memorySource}. */
export interface MemoryModel {
  readonly modelId: string;
  /** Branches and tags, and the commits that they point at. */
  readonly revisions: Readonly<Record<string, string>>;
  /** Files by commit. */
  readonly commits: Readonly<Record<string, readonly MemoryFile[]>>;
  /** What `resolve` says beside the commit. Default: no tags, neither gated nor private. */
  readonly about?: Partial<Omit<ResolvedModel, 'modelId' | 'commit'>>;
}

export interface MemoryFile extends RemoteFile {
  readonly content: Uint8Array;
}

export interface MemoryModelOptions {
  /** The branch. Default: `main`. */
  readonly revision?: string;
  /** Default: derived from the files. */
  readonly commit?: string;
  /** Whether a file is kept by git-lfs, and so has a sha256. Default: those that end in `.safetensors` or `.bin`. */
  readonly lfs?: (path: string) => boolean;
  readonly about?: MemoryModel['about'];
}

/** A model with one commit. Text is taken as UTF-8. */
export function memoryModel(
  modelId: string,
  files: Readonly<Record<string, Uint8Array | string>>,
  options: MemoryModelOptions = {},
): MemoryModel {
  const { revision = 'main', lfs = (path) => /\.(?:safetensors|bin)$/.test(path) } = options;
  const listed = Object.entries(files).map(([path, content]) =>
    memoryFile(path, typeof content === 'string' ? Buffer.from(content) : content, lfs(path)),
  );
  const commit = options.commit ?? commitOf(modelId, listed);
  return {
    modelId,
    revisions: { [revision]: commit },
    commits: { [commit]: listed },
    ...(options.about === undefined ? {} : { about: options.about }),
  };
}

/** `model` with the commits and branches of `next` as well: a branch that both have has moved. */
export function withCommit(model: MemoryModel, next: MemoryModel): MemoryModel {
  return {
    ...model,
    revisions: { ...model.revisions, ...next.revisions },
    commits: { ...model.commits, ...next.commits },
  };
}

function memoryFile(path: string, content: Uint8Array, lfs: boolean): MemoryFile {
  const proof = lfs ? { digest: sha256Of(content) } : { gitOid: gitOidOf(content) };
  return { path, size: content.length, ...proof, lfs, content };
}

function commitOf(modelId: string, files: readonly MemoryFile[]): string {
  const hash = createHash('sha1').update(modelId);
  for (const { path, digest, gitOid } of files) hash.update(`\0${path}\0${digest ?? gitOid}`);
  return hash.digest('hex');
}

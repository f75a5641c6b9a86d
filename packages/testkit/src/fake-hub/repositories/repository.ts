import { gitCommitId, gitTreeIds } from './git-oids.ts';
import type { LfsRule } from './lfs.ts';
import type { StoredFile } from './stored-file.ts';

export interface Commit {
  readonly id: string;
  readonly parent?: Commit | undefined;
  /** ms since the epoch. */
  readonly date: number;
  readonly title: string;
  readonly author: string;
  /** By path, in git's order. */
  readonly files: ReadonlyMap<string, StoredFile>;
  /** Tree ids by folder path; the root is ''. */
  readonly folders: ReadonlyMap<string, string>;
}

/** What the Hub says about a model beside its files. */
export interface RepositoryFacts {
  readonly private: boolean;
  readonly gated: false | 'auto' | 'manual';
  readonly disabled: boolean;
  readonly tags: readonly string[];
  readonly libraryName?: string | undefined;
  readonly pipelineTag?: string | undefined;
  readonly cardData?: Readonly<Record<string, unknown>> | undefined;
  readonly config?: Readonly<Record<string, unknown>> | undefined;
  readonly info: Readonly<Record<string, unknown>>;
  readonly downloads: number;
  readonly likes: number;
  /** ms since the epoch. */
  readonly createdAt: number;
  readonly xet: boolean;
}

/** One model repository: its history and what its refs point at. */
export class Repository {
  id: string;
  facts: RepositoryFacts;
  readonly lfsRule: LfsRule | undefined;
  readonly commits: Map<string, Commit> = new Map();
  /** Full ref name -> commit: `refs/heads/main`, `refs/tags/v1`, `refs/pr/1`, `refs/convert/gguf`. */
  readonly refs: Map<string, Commit> = new Map();

  constructor(id: string, facts: RepositoryFacts, lfsRule?: LfsRule) {
    this.id = id;
    this.facts = facts;
    this.lfsRule = lfsRule;
  }

  /** What a revision names: a branch, a tag, a full ref, a commit, a short commit, or HEAD. */
  resolve(revision: string): Commit | undefined {
    if (revision === 'HEAD') return this.refs.get('refs/heads/main');
    const named =
      this.refs.get(`refs/heads/${revision}`) ??
      this.refs.get(`refs/tags/${revision}`) ??
      this.refs.get(revision) ??
      this.commits.get(revision);
    if (named !== undefined) return named;
    if (!/^[0-9a-f]{7,39}$/.test(revision)) return undefined;
    const matches = [...this.commits.values()].filter(({ id }) => id.startsWith(revision));
    return matches.length === 1 ? matches[0] : undefined;
  }

  /** Makes a commit on top of `parent`; no ref moves. */
  add(
    files: Iterable<StoredFile>,
    about: { title: string; author: string; date: number; parent?: Commit | undefined },
  ): Commit {
    const sorted = [...files].sort((a, b) =>
      Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)),
    );
    const folders = gitTreeIds(new Map(sorted.map((file) => [file.path, file.oid])));
    const { title, author, date, parent } = about;
    const tree = folders.get('') ?? '';
    const id = gitCommitId({ tree, parent: parent?.id, author, message: title, date });
    const byPath = new Map(sorted.map((file) => [file.path, file]));
    const commit: Commit = { id, parent, date, title, author, files: byPath, folders };
    this.commits.set(id, commit);
    return commit;
  }
}

/** The ref that a branch name, or a full ref name such as `refs/pr/1`, stands for. */
export function branchRef(branch: string): string {
  return branch.startsWith('refs/') ? branch : `refs/heads/${branch}`;
}

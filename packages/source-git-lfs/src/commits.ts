import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkGit } from './check-git.ts';
import type { GitContext } from './git-context.ts';
import { type CommitFile, listCommit } from './list-commit.ts';
import { listRefs } from './list-refs.ts';
import { Repository } from './repository.ts';

/** How long a remote that answered counts as willing. */
const FRESH_MS = 10_000;
const MOST_LISTINGS = 16;

export interface Commit {
  readonly repository: Repository;
  readonly files: ReadonlyMap<string, CommitFile>;
}

/** The commits that were fetched, in repositories of our own below one folder. */
export class Commits {
  readonly #context: GitContext;
  readonly #parent: string | undefined;
  readonly #repositories = new Map<string, Repository>();
  readonly #commits = new Map<string, Commit>();
  readonly #answeredAt = new Map<string, number>();
  #folder: Promise<string> | undefined;

  constructor(context: GitContext, parent: string | undefined) {
    this.#context = context;
    this.#parent = parent;
  }

  /** Runs a call that asks the remote, and notes how it went. */
  async asking<T>(modelId: string, call: () => Promise<T>): Promise<T> {
    await this.#ready();
    try {
      const answer = await call();
      this.#answeredAt.set(modelId, performance.now());
      return answer;
    } catch (error) {
      this.#answeredAt.delete(modelId);
      throw error;
    }
  }

  /** A commit with its list of files, fetched if it is not here; the remote is asked in any case, unless it was just now. */
  async get(
    modelId: string,
    commit: string,
    ref: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Commit> {
    signal?.throwIfAborted();
    const key = `${modelId}@${commit}`;
    const known = this.#commits.get(key);
    const answeredAt = this.#answeredAt.get(modelId) ?? Number.NEGATIVE_INFINITY;
    if (known !== undefined) {
      if (performance.now() - answeredAt > FRESH_MS) {
        await this.asking(modelId, () => listRefs(this.#context, { modelId }, ['HEAD'], signal));
      }
      return known;
    }
    const repository = await this.#repository(modelId);
    await this.asking(modelId, () => repository.fetch(commit, ref, signal));
    const files = await listCommit(repository, commit, signal);
    const found = { repository, files };
    this.#commits.set(key, found);
    const [oldest] = this.#commits.keys();
    if (this.#commits.size > MOST_LISTINGS && oldest !== undefined) this.#commits.delete(oldest);
    return found;
  }

  /** A commit that was fetched before, without asking again. */
  known(modelId: string, commit: string): Commit | undefined {
    return this.#commits.get(`${modelId}@${commit}`);
  }

  async close(): Promise<void> {
    const folder = await this.#folder?.catch(() => undefined);
    if (folder !== undefined) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }

  async #repository(modelId: string): Promise<Repository> {
    const folder = await this.#ready();
    const known = this.#repositories.get(modelId);
    if (known !== undefined) return known;
    const made = new Repository(this.#context, modelId, folder);
    this.#repositories.set(modelId, made);
    return made;
  }

  #ready(): Promise<string> {
    this.#folder ??= this.#begin().catch((error: unknown) => {
      this.#folder = undefined;
      throw error;
    });
    return this.#folder;
  }

  async #begin(): Promise<string> {
    await checkGit(this.#context.settings.program);
    return mkdtemp(join(this.#parent ?? tmpdir(), 'modelkeep-git-'));
  }
}

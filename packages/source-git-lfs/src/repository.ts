import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelkeepError } from '@modelkeep/core/spi';
import type { GitContext } from './git-context.ts';
import { localEnvironment } from './git-environment.ts';
import { gitError } from './git-error.ts';
import { asWhoMayRead } from './identity.ts';
import { type GitCall, GitFailure, runGit, streamGit } from './run-git.ts';
import { splitAt } from './split-at.ts';

const FETCH = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance'];
const WITHOUT_BLOBS = '--filter=blob:none';
/** No model has more files; a tree may claim any number in few bytes. */
const MOST_ENTRIES = 250_000;

/** A file or a link as git lists it. */
export interface TreeEntry {
  readonly path: string;
  readonly blob: string;
}

/** Objects of one model's repository, in a bare one of our own: commits without what came before, and small files. */
export class Repository {
  readonly #context: GitContext;
  readonly #modelId: string;
  readonly #folder: string;
  #turn: Promise<unknown>;

  constructor(context: GitContext, modelId: string, parent: string) {
    this.#context = context;
    this.#modelId = modelId;
    const name = createHash('sha256').update(modelId).digest('hex').slice(0, 32);
    this.#folder = join(parent, `${name}.git`);
    this.#turn = this.#create();
    this.#turn.catch(() => undefined);
  }

  async #create(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    // Without a template, so that there are no hooks at all.
    const args = ['init', '--quiet', '--bare', '--template=', '--', this.#folder];
    await runGit({ program: this.#context.settings.program, args, env: localEnvironment() });
  }

  /** Fetches a commit and its files, but for what is here. `ref` names it for servers that give named commits only. */
  fetch(commit: string, ref: string | undefined, signal?: AbortSignal): Promise<void> {
    // git keeps others out of a repository that it fetches to, and fails instead of waiting.
    const fetching = this.#turn.then(() => this.#fetch(commit, ref, signal));
    this.#turn = fetching.catch(() => undefined);
    return fetching;
  }

  async #fetch(
    commit: string,
    ref: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    try {
      if (!(await this.#has(commit, signal))) await this.#fetchCommit(commit, ref, signal);
      const missing = await this.#missing(commit, signal);
      if (missing.length === 0) return;
      // Nothing that is here helps to find what is not.
      const args = ['-c', 'fetch.negotiationAlgorithm=noop', ...FETCH, WITHOUT_BLOBS, '--stdin'];
      await this.#remote(
        args,
        [],
        signal,
        missing.map((id) => `${id}\n`),
      );
    } catch (error) {
      const subject = { modelId: this.#modelId, revision: commit };
      throw await gitError(this.#context, subject, error, signal);
    }
  }

  /** In the shortest way that the server knows. */
  async #fetchCommit(
    commit: string,
    ref: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const shallow = [...FETCH, '--depth=1', WITHOUT_BLOBS];
    // What has a name here need not be sent again.
    const kept = `refs/commits/${commit}`;
    const named = ref === undefined ? [] : [`+${ref}:${kept}`];
    const every = ['+refs/heads/*:refs/all/heads/*', '+refs/tags/*:refs/all/tags/*'];
    const ways: (readonly [readonly string[], readonly string[]])[] = [
      [shallow, [`+${commit}:${kept}`]],
      ...named.map((name) => [shallow, [name]] as const),
      ...named.map((name) => [FETCH, [name]] as const),
      [FETCH, every],
    ];
    let failure: GitFailure | undefined;
    for (const [args, names] of ways) {
      try {
        await this.#remote(args, names, signal);
      } catch (error) {
        if (!(error instanceof GitFailure)) throw error;
        failure ??= error;
        if (!mayDoOtherwise(error)) break;
      }
      if (await this.#has(commit, signal)) return;
    }
    throw failure ?? this.#absent(commit);
  }

  async #remote(
    args: readonly string[],
    names: readonly string[],
    signal: AbortSignal | undefined,
    input: readonly string[] = [],
  ): Promise<void> {
    const remote = this.#context.address.remote(this.#modelId);
    await asWhoMayRead(this.#context, this.#modelId, (env) =>
      runGit({ ...this.#call([...args, '--', remote, ...names]), env, input, signal }),
    );
  }

  #call(args: readonly string[]): GitCall {
    return {
      program: this.#context.settings.program,
      args: [`--git-dir=${this.#folder}`, ...args],
      env: localEnvironment(),
    };
  }

  async #has(commit: string, signal: AbortSignal | undefined): Promise<boolean> {
    try {
      await runGit({ ...this.#call(['cat-file', '-e', `${commit}^{commit}`]), signal });
      return true;
    } catch (error) {
      if (error instanceof GitFailure) return false;
      throw error;
    }
  }

  /** Ids of the commit's blobs that are not here. */
  async #missing(commit: string, signal: AbortSignal | undefined): Promise<readonly string[]> {
    const args = ['rev-list', '--objects', '--no-walk', '--missing=print', commit];
    const missing: string[] = [];
    for await (const line of splitAt('\n', this.read(args, signal))) {
      if (line.startsWith('?')) missing.push(line.slice(1));
      if (missing.length > MOST_ENTRIES) throw this.#tooLarge();
    }
    return missing;
  }

  /** Every file of a commit that is here. */
  async *entries(commit: string, signal?: AbortSignal): AsyncGenerator<TreeEntry> {
    const args = ['ls-tree', '-r', '-z', '--full-tree', commit];
    let count = 0;
    for await (const line of splitAt('\0', this.read(args, signal))) {
      const [, type, blob = '', path = ''] = /^\d+ (\w+) ([0-9a-f]{40})\t(.*)$/s.exec(line) ?? [];
      // Another repository's commit: nothing of it is here or wanted.
      if (type !== 'blob') continue;
      count += 1;
      if (count > MOST_ENTRIES) throw this.#tooLarge();
      yield { path, blob };
    }
  }

  /** Runs git on what is here. */
  read(
    args: readonly string[],
    signal?: AbortSignal,
    input: Iterable<string> = [],
  ): AsyncGenerator<Buffer> {
    return streamGit({ ...this.#call(args), signal, input });
  }

  #absent(commit: string): ModelkeepError {
    return new ModelkeepError(
      'revision-not-found',
      `${this.#modelId} has no commit ${commit} on ${this.#context.address.host}`,
      { details: { modelId: this.#modelId, revision: commit } },
    );
  }

  #tooLarge(): ModelkeepError {
    return new ModelkeepError(
      'unsupported',
      `${this.#modelId} has more than ${MOST_ENTRIES} files: that is no model, and nothing of it was kept`,
      { details: { modelId: this.#modelId } },
    );
  }
}

/** A server that gives neither unnamed commits, nor commits without their history. */
function mayDoOtherwise({ said }: GitFailure): boolean {
  return /not our ref|unadvertised object|shallow|filter|dumb http/i.test(said);
}

import { ModelkeepError } from '@modelkeep/core/spi';
import type { FileInput } from '../content/file-input.ts';
import { type CommitInput, type ModelInput, repositoryFacts } from './model-input.ts';
import { branchRef, type Commit, Repository } from './repository.ts';
import { storeFile } from './stored-file.ts';

const AUTHOR = 'modelkeep-test';
const EPOCH = Date.UTC(2025, 0, 1);

/** Every repository of the fake Hub, and the names that moved. */
export class HubRepositories {
  readonly #byId = new Map<string, Repository>();
  readonly #renamed = new Map<string, string>();
  readonly #xet: boolean;

  constructor(xet: boolean) {
    this.#xet = xet;
  }

  all(): Iterable<Repository> {
    return this.#byId.values();
  }

  find(id: string): Repository | undefined {
    return this.#byId.get(id);
  }

  /** The name that a renamed repository has now. */
  renamedTo(id: string): string | undefined {
    const next = this.#renamed.get(id);
    return next === undefined ? undefined : (this.renamedTo(next) ?? next);
  }

  get(id: string): Repository {
    const repository = this.find(id);
    if (repository === undefined) {
      throw new ModelkeepError(
        'invalid-argument',
        `The fake Hub has no model ${id}: add it first.`,
      );
    }
    return repository;
  }

  async addModel(input: ModelInput): Promise<Commit> {
    const { files, ...about } = input;
    const date = input.lastModified === undefined ? EPOCH : Date.parse(input.lastModified);
    const repository = new Repository(input.id, repositoryFacts(about, date, this.#xet), input.lfs);
    const stored = await storeAll(files, repository);
    const commit = repository.add(stored, { title: 'initial commit', author: AUTHOR, date });
    for (const branch of ['main', ...(input.branches ?? [])]) {
      repository.refs.set(branchRef(branch), commit);
    }
    for (const tag of input.gitTags ?? []) repository.refs.set(`refs/tags/${tag}`, commit);
    this.#byId.set(input.id, repository);
    this.#renamed.delete(input.id);
    return commit;
  }

  async commit(id: string, input: CommitInput): Promise<Commit> {
    const repository = this.get(id);
    const ref = branchRef(input.branch ?? 'main');
    const kept: Record<string, FileInput> = {};
    for (const [path, file] of Object.entries(input.files)) if (file !== null) kept[path] = file;
    const stored = await storeAll(kept, repository);
    const parent = repository.refs.get(ref) ?? repository.refs.get('refs/heads/main');
    const files = new Map(parent?.files);
    for (const path of Object.keys(input.files)) files.delete(path);
    for (const file of stored) files.set(file.path, file);
    const commit = repository.add(files.values(), {
      title: input.title ?? `Update ${Object.keys(input.files).join(', ')}`,
      author: AUTHOR,
      date: input.date === undefined ? (parent?.date ?? EPOCH) + 60_000 : Date.parse(input.date),
      parent,
    });
    repository.refs.set(ref, commit);
    return commit;
  }

  tag(id: string, name: string, revision: string): void {
    const repository = this.get(id);
    const commit = repository.resolve(revision);
    if (commit === undefined) {
      throw new ModelkeepError('invalid-argument', `${id} has no revision ${revision} to tag.`);
    }
    repository.refs.set(`refs/tags/${name}`, commit);
  }

  rename(from: string, to: string): void {
    const repository = this.get(from);
    this.#byId.delete(from);
    repository.id = to;
    this.#byId.set(to, repository);
    this.#renamed.set(from, to);
    this.#renamed.delete(to);
  }

  remove(id: string): void {
    this.#byId.delete(id);
  }
}

function storeAll(
  files: Readonly<Record<string, FileInput>>,
  repository: Repository,
): Promise<Awaited<ReturnType<typeof storeFile>>[]> {
  return Promise.all(
    Object.entries(files).map(([path, input]) => storeFile(path, input, repository.lfsRule)),
  );
}

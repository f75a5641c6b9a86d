import { createHash } from 'node:crypto';
import type {
  GitHistory,
  GitPoint,
  HubView,
  Origin,
  ServedFile,
  ServedRevision,
} from '@modelkeep/core';
import { type ErrorCode, ModelkeepError, type SnapshotFile } from '@modelkeep/core/spi';

type CallOptions = NonNullable<Parameters<HubView['revision']>[2]>;
type ForwardRequest = Parameters<HubView['forward']>[0];
type ForwardedAnswer = Awaited<ReturnType<HubView['forward']>>;

export const COMMIT = 'c0ffee0000000000000000000000000000000001';

/** A model of the fake view. */
export interface FakeModel {
  readonly id: string;
  readonly commit?: string;
  /** Contents by path. A path that ends in `.safetensors` or `.bin` is kept by git-lfs. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly branches?: readonly string[];
  readonly info?: Readonly<Record<string, unknown>>;
  readonly gated?: boolean;
  readonly private?: boolean;
}

/** A view of models in memory, which counts what is asked of it and fails on command. */
export class FakeView implements HubView {
  origin: Origin = 'hit';
  ageMs = 0;
  offline = false;
  /** Thrown by each call, or by those that the function names. */
  failure: ModelkeepError | undefined;
  failing: (call: string) => boolean = () => true;
  /** Old names of models. */
  readonly renames: Map<string, string> = new Map();
  readonly calls: string[] = [];
  readonly users: (string | undefined)[] = [];
  readonly forwarded: ForwardRequest[] = [];
  answer: Partial<Omit<ForwardedAnswer, 'body'>> & { readonly body?: string } = {};
  /** Files whose sizes are not those of their contents. */
  readonly sizes: Map<string, number> = new Map();
  localPath: ((path: string) => string | undefined) | undefined;
  /** The way past the server that each file has. */
  direct: ServedFile['direct'];
  opened = 0;
  /** Paths of files that were sent past `open`. */
  readonly sent: string[] = [];
  closed = 0;
  readonly #models = new Map<string, FakeModel>();
  readonly #files = new Map<FakeModel, readonly SnapshotFile[]>();

  add(model: FakeModel): this {
    this.#models.set(model.id.toLowerCase(), model);
    return this;
  }

  async revision(id: string, revision: string, options?: CallOptions): Promise<ServedRevision> {
    this.#called(`revision ${id} ${revision}`, options);
    const model = this.#find(id, revision);
    return {
      modelId: model.id,
      revision,
      commit: model.commit ?? COMMIT,
      info: model.info ?? { lastModified: '2026-01-02T03:04:05.000Z', tags: ['en'] },
      files: this.#filesOf(model),
      gated: model.gated ?? false,
      private: model.private ?? false,
      connection: 'fake',
      origin: this.origin,
      ageMs: this.ageMs,
      ...(this.offline ? { offline: true } : {}),
    };
  }

  async file(
    id: string,
    revision: string,
    path: string,
    options?: CallOptions,
  ): Promise<ServedFile> {
    this.#called(`file ${id} ${revision} ${path}`, options);
    const model = this.#find(id, revision);
    const commit = model.commit ?? COMMIT;
    const file = this.#filesOf(model).find((each) => each.path === path);
    if (file === undefined) {
      throw new ModelkeepError('file-not-found', `${model.id} has no file ${path}`, {
        details: { commit },
      });
    }
    const bytes = Buffer.from(model.files[path] ?? '');
    const localPath = this.localPath?.(path);
    return {
      modelId: model.id,
      file,
      commit,
      origin: this.origin,
      ageMs: this.ageMs,
      ...(localPath === undefined ? {} : { localPath }),
      ...(this.direct === undefined ? {} : { direct: this.direct }),
      noteSent: () => {
        this.sent.push(path);
      },
      open: ({ start = 0, end = bytes.length } = {}) =>
        this.#open(path, bytes.subarray(start, end)),
    };
  }

  async refs(id: string, options?: CallOptions): Promise<Awaited<ReturnType<HubView['refs']>>> {
    this.#called(`refs ${id}`, options);
    const model = this.#find(id, 'main');
    const commit = model.commit ?? COMMIT;
    const branches = ['main', ...(model.branches ?? [])].map((name) => ({ name, commit }));
    return { branches, tags: [{ name: 'v1.0', commit }], origin: this.origin };
  }

  async kept(id: string, options?: CallOptions): Promise<readonly string[]> {
    this.#called(`kept ${id}`, options);
    const model = this.#models.get(id.toLowerCase());
    return model === undefined ? [] : ['main', model.commit ?? COMMIT];
  }

  /** Git's objects of commits, where they are known. */
  readonly commitObjects: Map<string, Uint8Array> = new Map();

  async commitObject(
    id: string,
    commit: string,
    options?: CallOptions,
  ): Promise<Uint8Array | undefined> {
    this.#called(`commitObject ${id} ${commit}`, options);
    return this.commitObjects.get(commit);
  }

  readonly gitHistory: GitHistory = memoryHistory();

  async forward(
    request: ForwardRequest,
    id: string | undefined,
    options?: CallOptions,
  ): Promise<ForwardedAnswer> {
    this.#called(`forward ${request.method} ${request.path} ${id ?? '-'}`, options);
    this.forwarded.push(request);
    const {
      status = 200,
      headers = { 'content-type': 'application/json' },
      body = '{}',
    } = this.answer;
    return { status, headers, body: this.#bytes(Buffer.from(body)) };
  }

  #called(call: string, options: CallOptions | undefined): void {
    this.calls.push(call);
    this.users.push(options?.user?.name);
    if (this.failure !== undefined && this.failing(call)) throw this.failure;
  }

  #find(id: string, revision: string): FakeModel {
    const model = this.#models.get((this.renames.get(id) ?? id).toLowerCase());
    if (model === undefined) throw new ModelkeepError('model-not-found', `no model ${id}`);
    const known = ['main', 'v1.0', model.commit ?? COMMIT, ...(model.branches ?? [])];
    if (!known.includes(revision)) {
      throw new ModelkeepError('revision-not-found', `${id} has no revision "${revision}"`);
    }
    return model;
  }

  #filesOf(model: FakeModel): readonly SnapshotFile[] {
    const known = this.#files.get(model);
    if (known !== undefined) return known;
    const files = Object.entries(model.files)
      .map(([path, content]) => this.#snapshotFile(path, Buffer.from(content)))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
    this.#files.set(model, files);
    return files;
  }

  #snapshotFile(path: string, content: Buffer): SnapshotFile {
    const lfs = /\.(safetensors|bin)$/.test(path);
    const size = this.sizes.get(path) ?? content.length;
    const digest = createHash('sha256').update(content).digest('hex');
    const gitOid = createHash('sha1')
      .update(`blob ${content.length}\0`)
      .update(content)
      .digest('hex');
    return lfs ? { path, size, lfs, digest } : { path, size, lfs, digest, gitOid };
  }

  async *#open(path: string, bytes: Uint8Array): AsyncGenerator<Uint8Array> {
    this.opened += 1;
    try {
      if (this.failure !== undefined && this.failing(`open ${path}`)) throw this.failure;
      yield* this.#bytes(bytes);
    } finally {
      this.closed += 1;
    }
  }

  async *#bytes(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += 4) yield bytes.subarray(at, at + 4);
  }
}

/** The failure of a code, as core words it. */
export function failure(
  code: ErrorCode,
  options: ConstructorParameters<typeof ModelkeepError>[2] = {},
): ModelkeepError {
  return new ModelkeepError(code, `what went wrong: ${code}`, options);
}

function memoryHistory(): GitHistory {
  const parents = new Map<string, GitPoint | null>();
  const branches = new Map<string, GitPoint>();
  return {
    parent: async (_id, commit) => parents.get(commit),
    async tell(_id, commit, branch) {
      const before = branch === undefined ? undefined : branches.get(branch);
      if (!parents.has(commit))
        parents.set(commit, before?.commit === commit ? null : (before ?? null));
      return parents.get(commit) ?? null;
    },
    async moveBranch(_id, branch, point) {
      branches.set(branch, point);
    },
  };
}

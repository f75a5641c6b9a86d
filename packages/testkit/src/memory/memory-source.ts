import {
  ModelkeepError,
  type ModelSource,
  type RemoteFile,
  type SourceCallOptions,
} from '@modelkeep/core/spi';
import { faultyBody, type OpenFault, pause } from './memory-body.ts';
import type { MemoryFile, MemoryModel } from './memory-model.ts';

/** One call of `open`. */
export interface OpenCall {
  readonly modelId: string;
  readonly commit: string;
  readonly path: string;
  readonly start: number;
  readonly end: number;
  /** How often the path was opened, this call included. */
  readonly attempt: number;
}

/** A script of failures, asked at each call. */
export interface MemoryFaults {
  readonly resolve?: (modelId: string, revision: string) => Error | undefined;
  readonly listFiles?: (modelId: string, commit: string) => Error | undefined;
  readonly open?: (call: OpenCall) => OpenFault | undefined;
}

export interface MemorySourceOptions {
  /** Default: `memory`. */
  readonly name?: string;
  readonly models?: readonly MemoryModel[];
  readonly faults?: MemoryFaults;
  /** Bytes of a chunk of a body. Default: 64 KiB. */
  readonly chunkSize?: number;
  /** Whether an unknown revision is reported with those that exist. Default: true. */
  readonly listRevisions?: boolean;
}

/** A source in memory. */
export interface MemorySource extends ModelSource {
  /** Adds a model, or puts another in its place: moves branches. */
  setModel(model: MemoryModel): void;
  /** Changes the script of failures from the next call on. */
  setFaults(faults: MemoryFaults): void;
  /** Every call of `open` so far. */
  readonly openCalls: readonly OpenCall[];
  /** Bytes that bodies gave, by path. */
  readonly bytesServed: ReadonlyMap<string, number>;
  /** Bodies that were opened and neither read to the end nor given up. */
  readonly openBodies: number;
}

/** Makes a source that gives models from memory, and fails as its script says. */
export function memorySource(options: MemorySourceOptions = {}): MemorySource {
  const models = new Map(options.models?.map((model) => [model.modelId, model]));
  const openCalls: OpenCall[] = [];
  const bytesServed = new Map<string, number>();
  const unfinished = new Set<object>();
  let faults = options.faults ?? {};
  let closed = false;

  function begin(call: SourceCallOptions | undefined): void {
    call?.signal?.throwIfAborted();
    if (closed) throw new ModelkeepError('source-unavailable', 'The memory source is closed');
  }

  function modelOf(modelId: string): MemoryModel {
    const lower = modelId.toLowerCase();
    const model = [...models.values()].find((known) => known.modelId.toLowerCase() === lower);
    if (model !== undefined) return model;
    throw new ModelkeepError('model-not-found', `memory.test has no model ${modelId}`);
  }

  function filesOf(modelId: string, commit: string): readonly MemoryFile[] {
    const files = modelOf(modelId).commits[commit];
    if (files !== undefined) return files;
    throw new ModelkeepError('revision-not-found', `${modelId} has no commit ${commit}`);
  }

  return {
    specificationVersion: 'v1',
    name: options.name ?? 'memory',
    endpoint: 'https://memory.test',
    openCalls,
    bytesServed,
    get openBodies() {
      return unfinished.size;
    },
    setModel: (model) => void models.set(model.modelId, model),
    setFaults(next) {
      faults = next;
    },

    async resolve(modelId, revision, call) {
      begin(call);
      await Promise.resolve();
      call?.signal?.throwIfAborted();
      const error = faults.resolve?.(modelId, revision);
      if (error !== undefined) throw error;
      const model = modelOf(modelId);
      const commit = model.revisions[revision] ?? revision;
      if (model.commits[commit] === undefined) {
        throw new ModelkeepError('revision-not-found', `${modelId} has no revision ${revision}`);
      }
      const url = `https://memory.test/${encodeURIComponent(model.modelId)}/tree/${revision}`;
      return {
        tags: [],
        gated: false,
        private: false,
        url,
        ...model.about,
        modelId: model.modelId,
        commit,
      };
    },
    async *listFiles(modelId, commit, call) {
      begin(call);
      const error = faults.listFiles?.(modelId, commit);
      if (error !== undefined) throw error;
      for (const { content: _, ...file } of filesOf(modelId, commit)) {
        yield file;
        call?.signal?.throwIfAborted();
      }
    },
    async open(modelId, commit, file, call = {}) {
      begin(call);
      const { content, ...known } = fileOf(filesOf(modelId, commit), file);
      const start = Math.min(call.start ?? 0, content.length);
      const end = Math.min(call.end ?? content.length, content.length);
      const attempt = 1 + openCalls.filter(({ path }) => path === file.path).length;
      const opened = { modelId, commit, path: file.path, start, end, attempt };
      openCalls.push(opened);
      const fault = faults.open?.(opened) ?? {};
      if (fault.delayMs !== undefined) await pause(fault.delayMs, call.signal);
      if (fault.error !== undefined) throw fault.error;
      const whole = fault.ignoreRange === true;
      unfinished.add(opened);
      return {
        start: whole ? 0 : start,
        size: content.length,
        etag: fault.etag ?? `"${known.digest ?? known.gitOid}"`,
        body: faultyBody({
          path: file.path,
          content,
          start: whole ? 0 : start,
          end: whole ? content.length : end,
          chunkSize: options.chunkSize ?? 64 * 1024,
          fault,
          signal: call.signal,
          onChunk: (bytes) =>
            void bytesServed.set(file.path, (bytesServed.get(file.path) ?? 0) + bytes),
          onEnd: () => void unfinished.delete(opened),
        }),
      };
    },
    async close() {
      closed = true;
    },
    ...(options.listRevisions === false
      ? {}
      : ({
          async listRevisions(modelId, call) {
            begin(call);
            return Object.entries(modelOf(modelId).revisions).map(([name, commit]) => ({
              name,
              kind: 'branch',
              commit,
            }));
          },
        } satisfies Pick<ModelSource, 'listRevisions'>)),
  };
}

function fileOf(files: readonly MemoryFile[], { path }: RemoteFile): MemoryFile {
  const file = files.find((known) => known.path === path);
  if (file !== undefined) return file;
  throw new ModelkeepError('file-not-found', `The commit has no file ${path}`);
}

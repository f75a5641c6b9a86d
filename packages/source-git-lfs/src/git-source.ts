import type { ModelSource } from '@modelkeep/core/spi';
import { createHttpClient, type HttpClientOptions } from '@modelkeep/http-client';
import { Commits } from './commits.ts';
import type { GitContext } from './git-context.ts';
import { LfsObjects } from './lfs/lfs-objects.ts';
import { listRefs } from './list-refs.ts';
import { namedRevisions } from './list-revisions.ts';
import { openFile } from './open-file.ts';
import { remoteAddress } from './remote-address.ts';
import { resolveModel } from './resolve-model.ts';

const DEFAULT_STALL_TIMEOUT_MS = 20_000;

export interface GitSourceOptions
  extends Omit<HttpClientOptions, 'origin' | 'accessToken' | 'headers' | 'ca'> {
  /** Name of the connection, for people and messages. Default: `git`. */
  readonly name?: string;
  /** Address below which the repositories are: `https://huggingface.co`, `ssh://git@host/models`, `file:///srv/git`. */
  readonly endpoint: string;
  /** Access token or password; an empty string for none. Default: what git's own credential helpers know. */
  readonly accessToken?: string | (() => string | undefined) | undefined;
  /** User name that goes with it. Most servers take any. Default: `git`. */
  readonly username?: string;
  /** Program to run. Default: `git`. */
  readonly git?: string;
  /** Folder for the repositories of this source while it is open. Default: the system's for temporary files. */
  readonly directory?: string;
}

/** A source that reads git repositories with git-lfs. Runs and connects nothing before the first call. */
export function gitSource(options: GitSourceOptions): ModelSource {
  const {
    name = 'git',
    endpoint,
    accessToken,
    username = 'git',
    git,
    directory,
    ...transport
  } = options;
  const address = remoteAddress(endpoint);
  const token = (): string | undefined =>
    (typeof accessToken === 'function' ? accessToken() : accessToken) || undefined;
  const isWeb = address.scheme === 'https' || address.scheme === 'http';
  // Of ssh only the host is known, which says by itself where its git-lfs server is.
  const origin = isWeb
    ? address.endpoint
    : `https://${new URL(address.endpoint).hostname || 'localhost'}`;
  const context: GitContext = {
    name,
    address,
    settings: {
      program: git ?? 'git',
      scheme: address.scheme,
      endpoint: address.endpoint,
      username,
      token,
      proxy: transport.proxy,
      noProxy: transport.noProxy,
      caFile: transport.caFile,
      stallTimeoutMs: transport.stallTimeoutMs ?? DEFAULT_STALL_TIMEOUT_MS,
    },
    http: createHttpClient({ ...transport, origin }),
    identities: new Map(),
  };
  const commits = new Commits(context, directory);
  const objects = new LfsObjects(context);
  return {
    specificationVersion: 'v1',
    name,
    endpoint: address.endpoint,
    resolve: (modelId, revision, call) =>
      resolveModel(context, commits, modelId, revision, call?.signal),
    async *listFiles(modelId, commit, call) {
      const { files } = await commits.get(modelId, commit, undefined, call?.signal);
      for (const { file } of files.values()) {
        call?.signal?.throwIfAborted();
        yield file;
      }
      call?.signal?.throwIfAborted();
    },
    open: (modelId, commit, file, call = {}) =>
      openFile(context, commits, objects, { modelId, commit, file }, call),
    async listRevisions(modelId, call) {
      const ask = (): ReturnType<typeof listRefs> =>
        listRefs(context, { modelId }, [], call?.signal);
      return namedRevisions(await commits.asking(modelId, ask));
    },
    async commitObject(modelId, commit, call) {
      const { repository } = await commits.get(modelId, commit, undefined, call?.signal);
      const args = ['cat-file', 'commit', commit];
      return Buffer.concat(await Array.fromAsync(repository.read(args, call?.signal)));
    },
    async close() {
      await Promise.all([context.http.close(), commits.close()]);
    },
  };
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  isModelkeepError,
  type ModelkeepError,
  type ModelSource,
  type RemoteFile,
} from '@modelkeep/core/spi';
import {
  type GitLfsServer,
  type GitLfsServerOptions,
  startGitLfsServer,
} from '@modelkeep/testkit/git-lfs-server';
import { onTestFinished, vi } from 'vitest';
import { type GitSourceOptions, gitSource } from '../src/git-source.ts';

const SETTINGS = [
  'http_proxy',
  'HTTP_PROXY',
  'https_proxy',
  'HTTPS_PROXY',
  'SSL_CERT_FILE',
  'XDG_CONFIG_HOME',
  'GIT_ASKPASS',
  'GIT_SSH_COMMAND',
  'SSH_ASKPASS',
];

/** Hides this machine's own settings from the test: gives a home without any. */
export async function withoutSettings(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'modelkeep-git-home-'));
  onTestFinished(() => rm(home, { recursive: true }));
  for (const name of SETTINGS) vi.stubEnv(name, undefined);
  vi.stubEnv('HOME', home);
  vi.stubEnv('GIT_CONFIG_NOSYSTEM', '1');
  return home;
}

export async function gitServer(options: GitLfsServerOptions = {}): Promise<GitLfsServer> {
  await withoutSettings();
  const server = await startGitLfsServer(options);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

export function sourceOf(
  server: Pick<GitLfsServer, 'url'>,
  options: Partial<GitSourceOptions> = {},
): ModelSource {
  const source = gitSource({ endpoint: server.url, stallTimeoutMs: 10_000, ...options });
  onTestFinished(() => source.close());
  return source;
}

/** The files of a model at a revision, by path. */
export async function filesOf(
  source: ModelSource,
  modelId: string,
  revision = 'main',
): Promise<{ readonly commit: string; readonly files: ReadonlyMap<string, RemoteFile> }> {
  const { commit } = await source.resolve(modelId, revision);
  const listed = await Array.fromAsync(source.listFiles(modelId, commit));
  return { commit, files: new Map(listed.map((file) => [file.path, file])) };
}

export async function bytesOf(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(body));
}

/** The error of ours that the work fails with. */
export async function failureOf(work: () => Promise<unknown>): Promise<ModelkeepError> {
  try {
    await work();
  } catch (error) {
    if (isModelkeepError(error)) return error;
    throw error;
  }
  throw new Error('expected a failure');
}

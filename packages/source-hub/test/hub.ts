import type { ModelSource, OpenFileOptions, RemoteFile } from '@modelkeep/core/spi';
import { type FakeHub, type FakeHubOptions, startFakeHub } from '@modelkeep/testkit/fake-hub';
import { onTestFinished, vi } from 'vitest';
import { type HubSourceOptions, hubSource } from '../src/hub-source.ts';

export const TOKEN = 'hf_CanaryCanaryCanaryCanaryCanaryCanary42';

const SETTINGS = [
  'http_proxy',
  'HTTP_PROXY',
  'https_proxy',
  'HTTPS_PROXY',
  'SSL_CERT_FILE',
  'HF_ENDPOINT',
  'HF_TOKEN',
  'HF_TOKEN_PATH',
  'HF_HUB_DISABLE_IMPLICIT_TOKEN',
  'XDG_CACHE_HOME',
];

/** Hides this machine's own settings from the test. */
export function withoutSettings(): void {
  for (const name of SETTINGS) vi.stubEnv(name, undefined);
  vi.stubEnv('HF_HOME', '/nowhere');
}

export async function fakeHub(options: FakeHubOptions = {}): Promise<FakeHub> {
  withoutSettings();
  const hub = await startFakeHub(options);
  onTestFinished(() => hub[Symbol.asyncDispose]());
  return hub;
}

export function sourceOf(hub: FakeHub, options: HubSourceOptions = {}): ModelSource {
  const source = hubSource({ endpoint: hub.url, accessToken: '', ...options });
  onTestFinished(() => source.close());
  return source;
}

/** The files of a model at `main`, by path. */
export async function filesOf(
  source: ModelSource,
  modelId: string,
): Promise<{ readonly commit: string; readonly files: ReadonlyMap<string, RemoteFile> }> {
  const { commit } = await source.resolve(modelId, 'main');
  const files = new Map<string, RemoteFile>();
  for await (const file of source.listFiles(modelId, commit)) files.set(file.path, file);
  return { commit, files };
}

export async function bytesOf(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export interface Opener {
  readonly source: ModelSource;
  readonly file: RemoteFile;
  open(options?: OpenFileOptions): ReturnType<ModelSource['open']>;
  /** Opens and reads to the end. */
  read(options?: OpenFileOptions): Promise<Buffer>;
}

/** One file of a model, ready to be opened. */
export async function opener(source: ModelSource, modelId: string, path: string): Promise<Opener> {
  const { commit, files } = await filesOf(source, modelId);
  const file = files.get(path);
  if (file === undefined) throw new Error(`no file ${path}`);
  const open = (options?: OpenFileOptions): ReturnType<ModelSource['open']> =>
    source.open(modelId, commit, file, options);
  return { source, file, open, read: async (options) => bytesOf((await open(options)).body) };
}

/** The error that a promise is rejected with. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('expected a failure');
    },
    (error: unknown) => error,
  );
}

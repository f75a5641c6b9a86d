import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FakeHub } from '@modelkeep/testkit/fake-hub';
import { expect } from 'vitest';
import { type Bench, createBench } from '../modelkeep.ts';
import { filesBelow } from './store-on-disk.ts';

/** An access token that must never be seen anywhere but at the Hub. */
export const TOKEN = 'hf_CanaryCanaryCanaryCanaryCanary0123';

/** What every run has said, and what it is said to. */
export interface Said {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A bench with the canary token, short waits between tries, and stacks of every error. */
export async function pullBench(hub: FakeHub, fetchSettings = ''): Promise<Bench> {
  const bench = await createBench({
    HF_ENDPOINT: hub.url,
    HF_TOKEN: TOKEN,
    MODELKEEP_DEBUG: '1',
  });
  await bench.configure(`fetch: { maxAttempts: 3, retryDelayMs: 10${fetchSettings} }\n`);
  return bench;
}

export interface ErrorLine {
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** The errors of a run with `--json`: each is a line that is an object with `error`. */
export function errorsOf({ stderr }: Said): ErrorLine[] {
  return stderr
    .split('\n')
    .filter((line) => line.startsWith('{"error":'))
    .map((line) => (JSON.parse(line) as { error: ErrorLine }).error);
}

/** The first of them. */
export function errorOf(said: Said): ErrorLine {
  const [error] = errorsOf(said);
  if (error === undefined)
    throw new Error(`status ${said.status} without an error: ${said.stdout}${said.stderr}`);
  return error;
}

/** Fails if the token or the key of a signed URL is in what was said or in any file of the store, or went to the CDN. */
export async function expectNoSecrets(
  hub: FakeHub,
  bench: Bench,
  said: readonly Said[],
): Promise<void> {
  const secret = new RegExp(`${TOKEN}|Signature=`);
  for (const { stdout, stderr } of said) expect(`${stdout}${stderr}`).not.toMatch(secret);
  expect(hub.cdn.authorizationSeen).toBe(false);
  for (const folder of new Set([bench.home, bench.objects])) {
    for (const path of await filesBelow(folder)) {
      if (path.startsWith('blobs/') || path.startsWith('hub/')) continue;
      expect(await readFile(join(folder, path), 'latin1'), path).not.toMatch(secret);
    }
  }
}

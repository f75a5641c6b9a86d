import { memoryMetadata } from '@modelkeep/testkit/memory';
import { afterEach, expect, it, vi } from 'vitest';
import { createPresence } from './presence.ts';

const BEAT_MS = 5000;

afterEach(() => void vi.useRealTimers());

it('a server that does nothing writes its lease and lists those of all, at each beat', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const metadata = memoryMetadata();
  await metadata.open();
  const calls: string[] = [];
  const presence = createPresence({
    acquireLeases(...call) {
      calls.push('acquire');
      return metadata.acquireLeases(...call);
    },
    renewLeases(...call) {
      calls.push('renew');
      return metadata.renewLeases(...call);
    },
    releaseLeases: metadata.releaseLeases,
    listLeases(...call) {
      calls.push(`list ${call[0]}`);
      return metadata.listLeases(...call);
    },
  });
  await presence.begin();
  calls.length = 0;
  for (const beats of [1, 2]) {
    await vi.advanceTimersByTimeAsync(BEAT_MS);
    await expect.poll(() => calls.length).toBe(2 * beats);
  }
  expect(calls).toEqual(['renew', 'list server/', 'renew', 'list server/']);
  await presence[Symbol.asyncDispose]();
});

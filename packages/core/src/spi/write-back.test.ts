import type { FileHandle } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { WriteBack } from './write-back.ts';

const MIB = 1024 * 1024;

/** A file whose syncs end, or fail, when the test says so. */
function syncedFile(): {
  readonly handle: FileHandle;
  readonly syncs: PromiseWithResolvers<void>[];
} {
  const syncs: PromiseWithResolvers<void>[] = [];
  const datasync = (): Promise<void> => {
    const sync = Promise.withResolvers<void>();
    syncs.push(sync);
    return sync.promise;
  };
  return { handle: { datasync } as FileHandle, syncs };
}

describe('WriteBack', () => {
  it('begins one sync at a time, once enough was written', async () => {
    const { handle, syncs } = syncedFile();
    const writeBack = new WriteBack(handle);
    writeBack.note(31 * MIB);
    expect(syncs).toHaveLength(0);
    writeBack.note(1 * MIB);
    writeBack.note(100 * MIB);
    expect(syncs).toHaveLength(1);
    syncs[0]?.resolve();
    await turn();
    writeBack.note(1);
    expect(syncs).toHaveLength(2);
    syncs[1]?.resolve();
    await writeBack.settle();
  });

  it('fails at settle if the disk failed before, also when later syncs did not', async () => {
    const { handle, syncs } = syncedFile();
    const writeBack = new WriteBack(handle);
    writeBack.note(32 * MIB);
    syncs[0]?.reject(new Error('EIO'));
    await turn();
    writeBack.note(32 * MIB);
    syncs[1]?.resolve();
    await expect(writeBack.settle()).rejects.toThrow('EIO');
  });
});

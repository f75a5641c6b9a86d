import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { SIZE, startReading, twoProcesses, weights } from './two-processes.ts';

const MIB = 1024 * 1024;
const SOON = { timeout: 20_000 };

describe('a process that reads what another one fetches', () => {
  it('gets the bytes as they arrive there, and none from the source', async () => {
    await using given = await twoProcesses();
    const { test, one, two } = given;
    const goOn = given.holdBack(SIZE / 2);
    const first = startReading(one);
    await expect.poll(() => first.arrived(), SOON).toBeGreaterThan(0);
    const second = startReading(two);
    await expect.poll(() => second.arrived(), SOON).toBeGreaterThan(0);
    expect(first.arrived()).toBeLessThan(SIZE);
    goOn();
    expect((await second.bytes).equals(weights)).toBe(true);
    expect((await first.bytes).equals(weights)).toBe(true);
    expect(test.source.bytesServed.get('model.safetensors')).toBe(SIZE);
    expect(two.inspection.traffic().receivedBytes).toBe(0);
  });

  it('keeps what it has got on its own disk, for the next reader', async () => {
    await using given = await twoProcesses();
    const { one, two, folder } = given;
    const goOn = given.holdBack(SIZE / 2);
    const first = startReading(one);
    await expect.poll(() => first.arrived(), SOON).toBeGreaterThan(0);
    const second = startReading(two);
    await expect.poll(() => second.arrived(), SOON).toBeGreaterThan(0);
    goOn();
    await second.bytes;
    await first.bytes;
    const localPath = async (): Promise<string | undefined> =>
      (await two.hub.file('org/name', 'main', 'model.safetensors')).localPath;
    await expect.poll(localPath, SOON).toBeDefined();
    expect((await readFile((await localPath()) ?? '')).equals(weights)).toBe(true);
    await expect.poll(() => readdir(`${folder}/partial`), SOON).toEqual([]);
  });

  it('gets a part in the middle before the other one comes there', async () => {
    const fetch = { maxConnections: 1 };
    await using given = await twoProcesses({ fetch });
    const { test, one, two } = given;
    const [start, end] = [22 * MIB, 22 * MIB + 1000];
    const asked = Promise.withResolvers<void>();
    const { find } = one.flights;
    vi.spyOn(one.flights, 'find').mockImplementation((id) => {
      asked.resolve();
      return find(id);
    });
    const hold = { after: 1, until: asked.promise };
    test.source.setFaults({ open: () => ({ hold, chunkDelayMs: 5 }) });
    const first = startReading(one);
    await expect.poll(() => first.arrived(), SOON).toBeGreaterThan(0);
    const part = await startReading(two, { start, end }).bytes;
    expect(first.arrived()).toBeLessThan(start);
    expect(part.equals(weights.subarray(start, end))).toBe(true);
  });

  it('goes on with what it has when the other one ends', async () => {
    await using given = await twoProcesses();
    const { test, one, two, folder } = given;
    given.holdBack(0.75 * SIZE);
    const first = startReading(one);
    await expect.poll(() => first.arrived(), SOON).toBeGreaterThan(0);
    const second = startReading(two);
    await expect.poll(() => second.arrived(), SOON).toBeGreaterThan(0.65 * SIZE);
    test.source.setFaults({});
    await one.close();
    expect((await second.bytes).equals(weights)).toBe(true);
    await expect(first.bytes).rejects.toThrow();
    const served = test.source.bytesServed.get('model.safetensors') ?? 0;
    expect(served).toBeGreaterThanOrEqual(SIZE);
    expect(served).toBeLessThan(1.25 * SIZE);
    expect(await readdir(`${folder}/partial`)).toEqual([]);
  });

  it('never gives a file to its end that was damaged on the way', async () => {
    await using given = await twoProcesses();
    const { peers, one, two } = given;
    peers.damage = (part, start) => (start === 0 ? Buffer.from(part).fill(1, 0, 1) : part);
    const goOn = given.holdBack(SIZE / 2);
    const first = startReading(one);
    await expect.poll(() => first.arrived(), SOON).toBeGreaterThan(0);
    const second = startReading(two);
    await expect.poll(() => second.arrived(), SOON).toBeGreaterThan(0);
    goOn();
    await expect(second.bytes).rejects.toThrow(/began anew|not what/);
    expect(second.arrived()).toBeLessThan(SIZE);
    expect((await first.bytes).equals(weights)).toBe(true);
    expect((await startReading(two).bytes).equals(weights)).toBe(true);
  });

  it('waits for the blob where the other one cannot be reached', async () => {
    await using given = await twoProcesses();
    const { test, peers, one, two } = given;
    peers.cutOff('one');
    const goOn = given.holdBack(SIZE / 2);
    const first = startReading(one);
    await expect.poll(() => first.arrived(), SOON).toBeGreaterThan(0);
    const second = startReading(two);
    goOn();
    expect((await second.bytes).equals(weights)).toBe(true);
    expect(test.source.bytesServed.get('model.safetensors')).toBe(SIZE);
  });

  it('leaves nothing behind when its reader leaves', async () => {
    await using given = await twoProcesses();
    const { one, two, folder } = given;
    const goOn = given.holdBack(SIZE / 2);
    const first = startReading(one);
    await expect.poll(() => first.arrived(), SOON).toBeGreaterThan(0);
    const file = await two.hub.file('org/name', 'main', 'model.safetensors');
    for await (const _ of file.open()) break;
    goOn();
    await first.bytes;
    await expect.poll(() => readdir(`${folder}/partial`), SOON).toEqual([]);
    expect((await startReading(two).bytes).equals(weights)).toBe(true);
  });
});

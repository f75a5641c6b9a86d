import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelkeepError } from '@modelkeep/core/spi';
import { memoryModel, seededBytes, withCommit } from '@modelkeep/testkit/memory';
import { describe, expect, it, vi } from 'vitest';
import { testCache } from './test-cache.ts';

const MIB = 1024 * 1024;
const weights = seededBytes(7, 4 * MIB + 5);
const files = { 'config.json': '{"a":1}', 'model.safetensors': weights, 'other.bin': 'x' };
const model = memoryModel('org/name', files, { about: { tags: ['en'] } });
const [commit] = Object.keys(model.commits) as [string];
const down = (): Error => new ModelkeepError('source-unavailable', 'down', { retryable: true });

async function read(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(body));
}

describe('cache.hub', () => {
  it('serves a model that is not here, and keeps what was used', async () => {
    await using test = await testCache({ models: [model] });
    const { hub } = test.cache;
    const served = await hub.revision('org/name', 'main');
    expect(served).toMatchObject({ commit, origin: 'miss' });
    expect(served.files.map(({ path }) => path)).toEqual(Object.keys(files));
    expect(test.source.openCalls).toEqual([]);
    const cold = await hub.file('org/name', commit, 'model.safetensors');
    expect(cold.origin).toBe('miss');
    expect((await read(cold.open())).equals(Buffer.from(weights))).toBe(true);
    const warm = await hub.file('org/name', 'main', 'model.safetensors');
    expect(warm.origin).toBe('hit');
    expect(
      (await read(warm.open({ start: 10, end: 30 }))).equals(Buffer.from(weights.subarray(10, 30))),
    ).toBe(true);
    expect(test.source.bytesServed.get('model.safetensors')).toBe(weights.length);
    const [entry] = await Array.fromAsync(test.cache.listModels());
    expect(entry).toMatchObject({ key: 'hf@org/name', fileCount: 1, complete: false });
    const folder = await test.cache.downloadModelToCache('org/name');
    expect(await readFile(join(folder, 'config.json'), 'utf8')).toBe('{"a":1}');
    expect(await test.cache.verifyModels()).toMatchObject({ problems: [] });
  });

  it('names what is kept, and asks nobody', async () => {
    const newer = memoryModel('org/name', { ...files, 'config.json': '{}' });
    const [newest = ''] = Object.keys(newer.commits);
    await using test = await testCache({ models: [withCommit(model, newer)] });
    const { hub } = test.cache;
    expect(await hub.kept('org/name')).toEqual([]);
    await test.cache.pullModel('org/name');
    await hub.revision('org/name', commit);
    test.source.setFaults({ resolve: down });
    expect(await hub.kept('Org/Name')).toEqual(['main', newest, commit]);
    expect(await hub.kept('org/nam')).toEqual([]);
  });

  it('does not take the branch back where an older commit is read after it moved on', async () => {
    const newer = memoryModel('org/name', { ...files, 'config.json': '{}' });
    const [newest = ''] = Object.keys(newer.commits);
    await using test = await testCache({ models: [model], freshMs: 0 });
    const { hub } = test.cache;
    await read((await hub.file('org/name', 'main', 'config.json')).open());
    test.source.setModel(withCommit(model, newer));
    await test.cache.pullModel('org/name');
    for (const path of Object.keys(files))
      await read((await hub.file('org/name', commit, path)).open());
    await expect
      .poll(async () => (await test.metadata.getSnapshot('org/name', commit))?.files.length)
      .toBe(3);
    expect(await test.metadata.getEntry('hf@org/name')).toMatchObject({ commit: newest });
  });

  it('gives a range in the middle without waiting for what comes before', async () => {
    await using test = await testCache({ models: [model] });
    const file = await test.cache.hub.file('org/name', 'main', 'model.safetensors');
    const part = await read(file.open({ start: 3 * MIB, end: 3 * MIB + 1000 }));
    expect(part.equals(Buffer.from(weights.subarray(3 * MIB, 3 * MIB + 1000)))).toBe(true);
  });

  it('begins with the range that is asked for', async () => {
    await using test = await testCache({ models: [model] });
    const file = await test.cache.hub.file('org/name', 'main', 'model.safetensors');
    await read(file.open({ start: 3 * MIB, end: 3 * MIB + 1000 }));
    expect(test.source.openCalls[0]?.start).toBe(3 * MIB);
  });

  it('reads what is on its way into memory of the reader', async () => {
    await using test = await testCache({ models: [model] });
    const file = await test.cache.hub.file('org/name', 'main', 'model.safetensors');
    const memory = [Buffer.alloc(70_000), Buffer.alloc(70_000)];
    let taken = 0;
    const takeBuffer = (): Uint8Array => memory[taken++ % 2] as Buffer;
    const parts: Buffer[] = [];
    for await (const chunk of file.open({ takeBuffer })) parts.push(Buffer.from(chunk));
    expect(Buffer.concat(parts).equals(Buffer.from(weights))).toBe(true);
    expect(taken).toBeGreaterThan(weights.length / 70_000 - 1);
  });

  it('never gives a wrong file whole, and keeps nothing of it', async () => {
    await using test = await testCache({ models: [model] });
    test.source.setFaults({
      open: ({ path }) => (path === 'model.safetensors' ? { corruptAt: MIB } : undefined),
    });
    const file = await test.cache.hub.file('org/name', 'main', 'model.safetensors');
    let bytes = 0;
    const reading = (async () => {
      for await (const chunk of file.open()) bytes += chunk.length;
    })();
    await expect(reading).rejects.toMatchObject({ code: 'integrity-mismatch' });
    expect(bytes).toBeLessThan(weights.length);
    expect(await Array.fromAsync(test.cache.listModels())).toEqual([]);
  });

  it('finishes what a client began, and is one flight for many', async () => {
    await using test = await testCache({ models: [model] });
    const { hub } = test.cache;
    const first = await hub.file('org/name', 'main', 'model.safetensors');
    for await (const _chunk of first.open()) break;
    const all = await Promise.all(
      Array.from({ length: 8 }, async () =>
        read((await hub.file('org/name', 'main', 'model.safetensors')).open()),
      ),
    );
    for (const body of all) expect(body.equals(Buffer.from(weights))).toBe(true);
    expect(test.source.bytesServed.get('model.safetensors')).toBe(weights.length);
  });

  it('asks the source once within the time to live, and goes on when it is away', async () => {
    await using test = await testCache({ models: [model], freshMs: 20 });
    const { hub } = test.cache;
    await hub.revision('org/name', 'main');
    await read((await hub.file('org/name', 'main', 'config.json')).open());
    test.source.setFaults({ resolve: down, listFiles: down, open: () => ({ error: down() }) });
    await new Promise((resolve) => setTimeout(resolve, 60));
    const stale = await hub.file('org/name', 'main', 'config.json');
    expect(stale.origin).toBe('stale');
    expect((await read(stale.open())).toString()).toBe('{"a":1}');
    expect((await hub.revision('org/name', commit)).origin).toBe('hit');
    await expect(hub.file('org/name', 'main', 'none.json')).rejects.toMatchObject({
      code: 'file-not-found',
      details: { commit },
    });
    await expect(hub.revision('org/unknown', 'main')).rejects.toMatchObject({
      code: 'source-unavailable',
    });
  });

  it('follows a branch that moved after the time to live', async () => {
    await using test = await testCache({ models: [model], freshMs: 0 });
    await test.cache.hub.revision('org/name', 'main');
    const next = memoryModel('org/name', { ...files, 'config.json': '{"a":2}' });
    test.source.setModel(withCommit(model, next));
    const file = await test.cache.hub.file('org/name', 'main', 'config.json');
    expect((await read(file.open())).toString()).toBe('{"a":2}');
  });

  it('shows the newer commit as the model only when it has all that the older one had', async () => {
    await using test = await testCache({ models: [model], freshMs: 0 });
    const old = await test.cache.pullModel('org/name');
    test.source.setModel(
      withCommit(model, memoryModel('org/name', { ...files, 'config.json': '{"a":2}' })),
    );
    const { hub } = test.cache;
    await read((await hub.file('org/name', 'main', 'config.json')).open());
    expect(await test.cache.getModelFromCache('org/name')).toBe(old.path);
    await read((await hub.file('org/name', 'main', 'other.bin')).open());
    // As a server does that sends a file of its disk by itself.
    (await hub.file('org/name', 'main', 'model.safetensors')).noteSent();
    await expect.poll(() => test.cache.getModelFromCache('org/name')).not.toBe(old.path);
  });

  it.each(['away', 'offline'])(
    'serves the commit that is kept, not a newer one that nobody has fetched (%s)',
    async (state) => {
      await using test = await testCache({ models: [model], freshMs: 0 });
      await test.cache.pullModel('org/name');
      const next = memoryModel('org/name', { ...files, 'model.safetensors': 'new' });
      test.source.setModel(withCommit(model, next));
      await test.cache.hub.revision('org/name', 'main');
      test.source.setFaults({ resolve: down, listFiles: down, open: () => ({ error: down() }) });
      const cache =
        state === 'away' ? test.cache : await test.another({ offline: true, sources: [] });
      const file = await cache.hub.file('org/name', 'main', 'model.safetensors');
      expect(file.commit).toBe(commit);
      expect((await read(file.open())).equals(Buffer.from(weights))).toBe(true);
    },
  );

  it('never asks a source when it is offline', async () => {
    await using test = await testCache({ models: [model] });
    await test.cache.hub.revision('org/name', 'main');
    await read((await test.cache.hub.file('org/name', 'main', 'config.json')).open());
    const offline = await test.another({ offline: true, sources: [] });
    const file = await offline.hub.file('org/name', 'main', 'config.json');
    expect((await read(file.open())).toString()).toBe('{"a":1}');
    const absent = await offline.hub.file('org/name', 'main', 'other.bin');
    await expect(read(absent.open())).rejects.toMatchObject({ code: 'offline' });
    await expect(offline.hub.revision('org/other', 'main')).rejects.toMatchObject({
      code: 'offline',
    });
  });

  it('keeps gated and private models from those for whom no connection enables them', async () => {
    const gated = memoryModel('org/gated', files, { about: { gated: true } });
    const hidden = memoryModel('org/hidden', files, { about: { private: true } });
    await using test = await testCache({ models: [gated, hidden] });
    const cache = await test.another({
      sources: [{ name: 'lab', source: test.source, models: ['lab/*'] }],
    });
    const admin = { name: 'a', role: 'admin' } as const;
    const user = { name: 'u', role: 'user' } as const;
    await cache.hub.revision('org/gated', 'main', { user: admin });
    await cache.hub.revision('org/hidden', 'main', { user: admin });
    await expect(
      cache.hub.file('org/gated', 'main', 'config.json', { user }),
    ).rejects.toMatchObject({ code: 'gated' });
    await expect(cache.hub.revision('org/hidden', 'main', { user })).rejects.toMatchObject({
      code: 'model-not-found',
    });
  });

  it('keeps anew what another process has evicted, a minute later at most', async () => {
    const twin = memoryModel('org/twin', files);
    await using test = await testCache({ models: [model, twin] });
    const { hub } = test.cache;
    await test.cache.pullModel('org/twin');
    const use = async (): Promise<void> => {
      const file = await hub.file('org/name', 'main', 'config.json');
      expect((await read(file.open())).toString()).toBe('{"a":1}');
    };
    const isKept = async (): Promise<boolean> =>
      (await test.metadata.getEntry('hf@org/name')) !== undefined;
    await use();
    await expect.poll(isKept, { timeout: 20_000 }).toBe(true);
    await (await test.another()).removeModel('org/name');
    const now = performance.now.bind(performance);
    using _clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + 61_000);
    await use();
    await expect.poll(isKept, { timeout: 20_000 }).toBe(true);
  });

  it('gives no file of a gated model because its content is here through another one', async () => {
    const gated = memoryModel('org/gated', files, { about: { gated: true } });
    await using test = await testCache({ models: [model, gated] });
    const { hub } = test.cache;
    await test.cache.pullModel('org/name');
    const refusal = new ModelkeepError('gated', 'no grant');
    test.source.setFaults({
      open: ({ modelId }) => (modelId === 'org/gated' ? { error: refusal } : undefined),
    });
    await expect(hub.file('org/gated', 'main', 'config.json')).rejects.toBe(refusal);
    test.source.setFaults({});
    const file = await hub.file('org/gated', 'main', 'config.json');
    expect((await read(file.open())).toString()).toBe('{"a":1}');
  });

  it('asks for branches once within the time to live, and knows the last ones when the source is away', async () => {
    await using test = await testCache({ models: [model], freshMs: 60_000 });
    const { hub } = test.cache;
    const branches = [{ name: 'main', commit }];
    expect(await hub.refs('org/name')).toMatchObject({ branches, origin: 'miss' });
    expect((await hub.refs('org/name')).origin).toBe('hit');
    vi.spyOn(test.source, 'listRevisions').mockRejectedValue(down());
    const now = Date.now();
    vi.spyOn(Date, 'now').mockReturnValue(now + 61_000);
    expect(await hub.refs('org/name')).toMatchObject({ branches, origin: 'stale' });
  });

  it('streams without keeping where use must not fill the cache', async () => {
    await using test = await testCache({ models: [model] });
    const cache = await test.another({
      sources: [{ name: 'thin', source: test.source, populateOnUse: false }],
    });
    const file = await cache.hub.file('org/name', 'main', 'model.safetensors');
    expect((await read(file.open())).equals(Buffer.from(weights))).toBe(true);
    expect((await read(file.open({ start: 5, end: 9 }))).length).toBe(4);
    expect(await Array.fromAsync(cache.listModels())).toEqual([]);
  });
});

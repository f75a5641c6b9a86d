import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CacheEvent } from '@modelkeep/core';
import { type HostileMember, tarOfMembers } from '@modelkeep/testkit/hostile-archives';
import { bodyOf, collectBytes, tempFolder } from '@modelkeep/testkit/memory';
import { describe, expect, it } from 'vitest';
import {
  archives,
  expectFiles,
  expectNothing,
  exported,
  files,
  handBuilt,
  importBytes,
  model,
  weights,
} from './archive-fixtures.ts';
import { testCache } from './test-cache.ts';

describe('a round trip', () => {
  it.each(['tar', 'tar.gz', 'tar.zst', 'zip'])(
    'as %s gives the same model, and the same bytes again',
    async (format) => {
      await using from = await testCache({ models: [model], archives });
      await from.cache.pullModel('org/name');
      const archive = await exported(from.cache, 'org/name', format);
      expect(Buffer.compare(archive, await exported(from.cache, 'org/name', format))).toBe(0);
      await using to = await testCache({ archives, offline: true });
      const result = await importBytes(to.cache, archive);
      await expectFiles(result.path);
      expect(result).toMatchObject({ derived: false, complete: true, warnings: [], addedFiles: 6 });
      const [before, after] = [
        await from.cache.showModel('org/name'),
        await to.cache.showModel('org/name'),
      ];
      expect(after.files).toEqual(before.files);
      expect(after.commit).toBe(before.commit);
      expect(after.metadata).toEqual({ ...before.metadata });
      expect(after.connection).toBeUndefined();
      expect(Buffer.compare(await exported(to.cache, 'org/name', format), archive)).toBe(0);
    },
  );

  it.each(['tar', 'tar.gz', 'zip'])('takes a %s from a file as from a stream', async (format) => {
    await using folder = await tempFolder();
    await using from = await testCache({ models: [model], archives });
    await from.cache.pullModel('org/name');
    const archive = await exported(from.cache, 'org/name', format);
    const path = folder.join('archive');
    const fails = (): never => {
      throw new Error('the file is read, not the stream');
    };
    await using to = await testCache({ archives });
    for (const [share, code] of [
      [0.3, 'archive-invalid'],
      [0.9, 'archive-invalid'],
      [1, undefined],
    ] as const) {
      await writeFile(path, archive.subarray(0, share * archive.length));
      const importing = to.cache.importModel({ path, size: archive.length, stream: fails });
      if (code === undefined) {
        await expectFiles((await importing).path);
      } else {
        await expect(importing).rejects.toMatchObject({
          code,
          details: { reason: format === 'zip' ? 'no-end-mark' : 'truncated' },
        });
        await expectNothing(to);
      }
    }
  });

  it('names the file after the key', async () => {
    await using test = await testCache({ models: [model], archives });
    await test.cache.pullModel('org/name');
    const { fileName, format, size, stream } = await test.cache.exportModel('org/name', {
      format: 'tar.gz',
    });
    await stream.cancel();
    expect({ fileName, format, size }).toEqual({
      fileName: 'org_2fname.tar.gz',
      format: 'tar.gz',
      size: undefined,
    });
    await expect(test.cache.exportModel('org/name', { format: 'rar' })).rejects.toMatchObject({
      code: 'unsupported',
    });
    await expect(test.cache.exportModel('org/other')).rejects.toMatchObject({
      code: 'model-not-cached',
    });
  });

  it('keeps a last use, and changes with it', async () => {
    await using from = await testCache({ models: [model], archives });
    await from.cache.pullModel('org/name');
    const unused = await exported(from.cache, 'org/name');
    await from.cache.getModelFromCache('org/name');
    await expect
      .poll(async () => (await from.cache.findModel('org/name')).lastUsedBy)
      .toBe('tester');
    const used = await exported(from.cache, 'org/name');
    expect(Buffer.compare(unused, used)).not.toBe(0);
    await using to = await testCache({ archives });
    const { lastUsed, lastUsedBy } = await importBytes(to.cache, used);
    expect({ lastUsed, lastUsedBy }).toMatchObject(
      await from.cache
        .findModel('org/name')
        .then((found) => ({ lastUsed: found.lastUsed, lastUsedBy: 'tester' })),
    );
  });

  it.each(['tar', 'tar.gz', 'zip'])(
    'goes on with the same bytes after a use (%s)',
    async (format) => {
      await using from = await testCache({ models: [model], archives });
      await from.cache.pullModel('org/name');
      const { identity, lastUse } = await from.cache.exportModel('org/name', { format });
      const whole = await exported(from.cache, 'org/name', format);
      await from.cache.getModelFromCache('org/name');
      await expect
        .poll(async () => (await from.cache.findModel('org/name')).lastUsedBy)
        .toBe('tester');
      const rest = await from.cache.exportModel('org/name', { format, lastUse, start: 700 });
      expect(rest.identity).toBe(identity);
      const bytes = Buffer.concat(await Array.fromAsync(rest.stream));
      expect(Buffer.compare(bytes, whole.subarray(700))).toBe(0);
      const now = await from.cache.exportModel('org/name', { format });
      await now.stream.cancel();
      expect(now.identity).not.toBe(identity);
    },
  );

  it('keeps what was left out of an incomplete model', async () => {
    await using from = await testCache({ models: [model], archives });
    await from.cache.pullModel('org/name', { exclude: ['*.safetensors'] });
    await using to = await testCache({ archives });
    const result = await importBytes(to.cache, await exported(from.cache, 'org/name'));
    expect(result.complete).toBe(false);
    const { omitted } = await to.cache.showModel('org/name');
    expect(omitted).toEqual((await from.cache.showModel('org/name')).omitted);
  });

  it('tells how far it is', async () => {
    await using test = await testCache({ models: [model], archives });
    await test.cache.pullModel('org/name');
    const events: CacheEvent[] = [];
    const onEvent = (event: CacheEvent): void => void events.push(event);
    const given = await test.cache.exportModel('org/name', { onEvent });
    const archive = await collectBytes(given.stream);
    expect(events.filter(({ type }) => type === 'file-done')).toHaveLength(
      Object.keys(files).length,
    );
    await using to = await testCache({ archives });
    await to.cache.importModel({ stream: () => bodyOf(archive) }, { onEvent });
    const total = Object.values(files).reduce(
      (sum, content) => sum + Buffer.byteLength(content),
      0,
    );
    expect(events.at(-1)).toMatchObject({ type: 'progress', doneBytes: total, totalBytes: total });
  });
});

describe('a hand-built archive', () => {
  it('needs three fields, and gets an id from its content', async () => {
    await using test = await testCache({ archives });
    const result = await importBytes(test.cache, tarOfMembers(handBuilt()));
    await expectFiles(result.path);
    expect(result).toMatchObject({ key: 'hf@org/name', derived: true, downloadedBy: 'tester' });
    await using other = await testCache({ archives });
    const again = await importBytes(
      other.cache,
      tarOfMembers(handBuilt({ tags: ['x'] }, './z/').toReversed()),
    );
    expect(again.commit).toBe(result.commit);
    const { files: listed } = await test.cache.showModel('org/name');
    expect(listed.filter(({ lfs }) => lfs).map(({ path }) => path)).toEqual([
      'copy/of.safetensors',
      'model.safetensors',
    ]);
    for (const { lfs, gitOid } of listed) expect(gitOid === undefined).toBe(lfs);
  });

  it('of a derived id goes round as well', async () => {
    await using test = await testCache({ archives });
    await importBytes(test.cache, tarOfMembers(handBuilt()));
    const archive = await exported(test.cache, 'org/name');
    await using to = await testCache({ archives });
    expect(await importBytes(to.cache, archive)).toMatchObject({ derived: true });
    expect(Buffer.compare(await exported(to.cache, 'org/name'), archive)).toBe(0);
  });

  it('gets its commit from .git, of which nothing is kept', async () => {
    await using test = await testCache({ archives });
    const commit = 'f'.repeat(40);
    const result = await importBytes(
      test.cache,
      tarOfMembers([
        { path: 'r/model/.git/HEAD', content: 'ref: refs/heads/main\n' },
        { path: 'r/model/.git/packed-refs', content: `${commit} refs/heads/main\n` },
        { path: 'r/model/.git/hooks/post-checkout', content: '#!/bin/sh\n' },
        { path: 'r/model/.git/lfs/objects/aa/bb', content: weights },
        ...handBuilt(),
      ]),
    );
    expect(result).toMatchObject({ commit, derived: false, fileCount: Object.keys(files).length });
    expect(await readdir(result.path)).not.toContain('.git');
  });

  it('made on a Mac leaves out what the Mac added, and says so', async () => {
    await using test = await testCache({ archives });
    const appleDouble = Buffer.concat([Buffer.from('0005160700020000', 'hex'), Buffer.alloc(200)]);
    const members = handBuilt({}, './My Model/').flatMap((member) => [
      { path: member.path.replace(/[^/]*$/, (name) => `._${name}`), content: appleDouble },
      member,
    ]);
    const events: CacheEvent[] = [];
    const result = await test.cache.importModel(
      {
        stream: () =>
          bodyOf(
            tarOfMembers([
              { path: '.', kind: 'directory' },
              { path: './.DS_Store', content: 'x' },
              ...members,
            ]),
          ),
      },
      { onEvent: (event) => void events.push(event) },
    );
    await expectFiles(result.path);
    expect(result.fileCount).toBe(Object.keys(files).length);
    expect(result.warnings.join('\n')).toContain('"My Model/model/._config.json"');
    expect(events.filter(({ type }) => type === 'warning')).toHaveLength(result.warnings.length);
  });

  it('keeps twins that differ in case or Unicode form apart where the file system does', async () => {
    await using test = await testCache({ archives });
    const twins = ['readme', 'README', 'caf\u00e9', 'cafe\u0301'];
    const members = twins.map((path) => ({ path: `r/model/${path}`, content: path }));
    const result = await importBytes(
      test.cache,
      tarOfMembers([...handBuilt().slice(0, 1), ...members]),
    );
    for (const path of twins) expect(await readFile(join(result.path, path), 'utf8')).toBe(path);
  });
});

describe('a folder', () => {
  async function unpack(folder: string, members: readonly HostileMember[]): Promise<void> {
    for (const { path, content = '' } of members) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
  }

  it('imports as an archive does, and stays as it is', async () => {
    await using folder = await tempFolder();
    await unpack(folder.path, [
      ...handBuilt(),
      { path: 'r/model/.git/HEAD', content: `${'e'.repeat(40)}\n` },
    ]);
    for (const place of [folder.path, folder.join('r')]) {
      await using test = await testCache({ archives });
      const result = await test.cache.importModel({ folder: place });
      expect(result).toMatchObject({ commit: 'e'.repeat(40), derived: false });
      await expectFiles(result.path);
      await writeFile(folder.join('r/model/README.md'), '# A model\n');
    }
    expect(Buffer.compare(await readFile(folder.join('r/model/model.safetensors')), weights)).toBe(
      0,
    );
  });

  it('with a link in it is refused, and one that is absent is named', async () => {
    await using folder = await tempFolder();
    await unpack(folder.path, handBuilt());
    await symlink('/etc/passwd', folder.join('r/model/link'));
    await using test = await testCache({ archives });
    await expect(test.cache.importModel({ folder: folder.path })).rejects.toMatchObject({
      code: 'archive-invalid',
      details: { reason: 'symbolic-link', member: 'r/model/link' },
    });
    await expect(test.cache.importModel({ folder: folder.join('gone') })).rejects.toMatchObject({
      code: 'invalid-argument',
    });
    await expectNothing(test);
  });
});

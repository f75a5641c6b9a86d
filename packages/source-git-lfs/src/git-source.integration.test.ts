import { chmod, readdir, writeFile } from 'node:fs/promises';
import { requires } from '@modelkeep/test-requirements';
import { seededBytes } from '@modelkeep/testkit/memory';
import { describe, expect, it } from 'vitest';
import { bytesOf, failureOf, filesOf, gitServer, sourceOf, withoutSettings } from '../test/git.ts';
import { MODEL, WHO } from '../test/model.ts';
import { gitSource } from './git-source.ts';

requires('git');

describe('a git source', () => {
  it('tells what the model card and the commit say', async () => {
    const server = await gitServer();
    const commit = await server.addModel({ ...MODEL, gitTags: ['v1'], branches: ['dev'] });
    await server.git('org/name', [...WHO, 'tag', '-a', '-m', 'x', 'v2', 'main']);
    const source = sourceOf(server);
    expect(await source.resolve('org/name', 'main')).toEqual({
      modelId: 'org/name',
      commit,
      lastModified: MODEL.date,
      libraryName: 'sentence-transformers',
      pipelineName: 'sentence-similarity',
      tags: ['sentence-transformers', 'bert', 'en', 'license:apache-2.0'],
      gated: false,
      private: false,
      url: `${server.url}/org%2Fname/tree/main`,
    });
    for (const revision of ['dev', 'v1', 'v2', 'refs/heads/dev', 'refs/tags/v1', commit]) {
      expect((await source.resolve('org/name', revision)).commit, revision).toBe(commit);
    }
    const named = await source.listRevisions?.('org/name');
    expect(named?.map(({ name, kind, commit: id }) => `${kind} ${name} ${id === commit}`)).toEqual([
      'branch dev true',
      'branch main true',
      'tag v1 true',
      'tag v2 true',
    ]);
  });

  it('takes the default branch for main where there is no main', async () => {
    const server = await gitServer();
    const commit = await server.addModel(MODEL);
    await server.git('org/name', ['branch', '-m', 'main', 'master']);
    expect((await sourceOf(server).resolve('org/name', 'main')).commit).toBe(commit);
  });

  it.each([true, false])('fetches nothing twice, filters allowed: %s', async (allowed) => {
    const server = await gitServer();
    const large = Buffer.from(seededBytes('text', 400_000));
    const model = { ...MODEL, files: { ...MODEL.files, 'large.txt': large } };
    await server.addModel(model);
    await server.git('org/name', ['config', 'uploadpack.allowFilter', String(allowed)]);
    await server.commit({ ...model, files: { ...model.files, 'config.json': '{"a":2}' } });
    const source = sourceOf(server);
    const { files, commit } = await filesOf(source, 'org/name');
    // No history: one `config.json` of the two.
    expect(server.gitBytes).toBeGreaterThan(large.length);
    const first = server.gitBytes;
    const [config] = [...files.values()].filter(({ path }) => path === 'config.json');
    if (config === undefined) throw new Error('no config.json');
    const { body } = await source.open('org/name', commit, config);
    expect((await bytesOf(body)).toString()).toBe('{"a":2}');
    expect(server.gitBytes).toBe(first);

    await server.commit({ ...model, files: { ...model.files, 'config.json': '{"a":3}' } });
    const next = await filesOf(source, 'org/name');
    expect(next.files.get('config.json')?.gitOid).not.toBe(config.gitOid);
    expect(server.gitBytes - first).toBeLessThan(20_000);
  });

  it('asks for the addresses of contents once for all', async () => {
    const server = await gitServer();
    await server.addModel(MODEL);
    const source = sourceOf(server);
    const { files, commit } = await filesOf(source, 'org/name');
    const weights = [...files.values()].filter(({ lfs }) => lfs);
    expect(weights.map(({ path }) => path)).toEqual(['model.safetensors', 'other.safetensors']);
    for (const file of weights) {
      for (const range of [{}, { start: 3 }, { start: 1, end: 5 }]) {
        await bytesOf((await source.open('org/name', commit, file, range)).body);
      }
    }
    expect(server.requests.filter((line) => line.endsWith('/batch'))).toHaveLength(1);
  });

  it('does without filters, without unnamed commits, and without the short way', async () => {
    const server = await gitServer();
    const first = await server.addModel(MODEL);
    const commit = await server.commit({ ...MODEL, files: { 'config.json': '{"a":2}' } });
    await server.git('org/name', ['config', 'uploadpack.allowFilter', 'false']);
    await server.git('org/name', ['config', 'uploadpack.allowAnySHA1InWant', 'false']);
    await server.git('org/name', ['config', 'protocol.version', '0']);
    const source = sourceOf(server);
    expect((await filesOf(source, 'org/name')).commit).toBe(commit);
    expect((await filesOf(source, 'org/name', first)).files.size).toBe(5);
  });

  it('tells a content that its server does not have, and one that is another', async () => {
    const server = await gitServer();
    await server.addModel(MODEL);
    const source = sourceOf(server);
    const { files, commit } = await filesOf(source, 'org/name');
    const weights = files.get('model.safetensors');
    if (weights?.digest === undefined) throw new Error('no weights');
    server.removeObject(weights.digest);
    const error = await failureOf(() => source.open('org/name', commit, weights));
    expect(error).toMatchObject({ code: 'file-not-found', retryable: false });
    expect(error.message).toContain('model.safetensors');
    expect(error.message).toContain('Object does not exist');
  });

  it('is config-invalid without git, and with one that is too old', async () => {
    const home = await withoutSettings();
    const old = `${home}/old-git`;
    await writeFile(old, '#!/bin/sh\necho git version 2.17.1\n');
    await chmod(old, 0o700);
    for (const [git, words] of [
      ['/nowhere/git', 'needs the program git'],
      [old, 'needs git 2.31 or newer; '],
    ] as const) {
      const source = gitSource({ endpoint: 'http://127.0.0.1:9', git });
      const error = await failureOf(() => source.resolve('org/name', 'main'));
      expect(error.code).toBe('config-invalid');
      expect(error.message).toContain(words);
      await source.close();
    }
  });

  it('leaves nothing behind', async () => {
    const server = await gitServer();
    await server.addModel(MODEL);
    const home = await withoutSettings();
    const source = sourceOf(server, { directory: home });
    await source.resolve('org/name', 'main');
    expect(await readdir(home)).toHaveLength(1);
    await source.close();
    expect(await readdir(home)).toEqual([]);
  });
});

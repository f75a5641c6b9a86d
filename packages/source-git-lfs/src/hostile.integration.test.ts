import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { requires } from '@modelkeep/test-requirements';
import { describe, expect, it } from 'vitest';
import { bytesOf, failureOf, filesOf, gitServer, sourceOf, withoutSettings } from '../test/git.ts';
import { MODEL, WEIGHTS, WHO } from '../test/model.ts';
import { gitSource } from './git-source.ts';

requires('git');

describe('a hostile repository', () => {
  it('has no say: hooks, filters, submodules and its own settings are only files', async () => {
    const server = await gitServer();
    const home = process.env['HOME'] ?? '';
    const bad = `touch ${home}/ran`;
    await server.addModel({
      id: 'org/name',
      files: {
        '.gitattributes': '* filter=evil diff=evil merge=evil\n',
        '.gitmodules': `[submodule "x"]\n\tpath = x\n\turl = ext::sh -c ${bad.replaceAll(' ', '% ')}\n\tupdate = !${bad}\n`,
        '.lfsconfig': `[lfs]\n\turl = http://127.0.0.1:1/elsewhere\n\tcustomtransfer.x.path = ${bad}\n`,
        '.gitconfig': `[core]\n\tfsmonitor = ${bad}\n`,
        'hooks/post-checkout': `#!/bin/sh\n${bad}\n`,
        'model.safetensors': WEIGHTS,
      },
    });
    for (const hook of ['post-checkout', 'post-update', 'reference-transaction', 'post-merge']) {
      const path = `${server.folder}/org/name.git/hooks/${hook}`;
      await mkdir(`${server.folder}/org/name.git/hooks`, { recursive: true });
      await writeFile(path, `#!/bin/sh\n${bad}-remote\n`);
      await chmod(path, 0o755);
    }
    const source = sourceOf(server);
    const { files, commit } = await filesOf(source, 'org/name');
    expect(files.size).toBe(6);
    for (const file of files.values()) {
      await bytesOf((await source.open('org/name', commit, file)).body);
    }
    const folder = gitSource({ endpoint: `file://${server.folder}` });
    await filesOf(folder, 'org/name');
    await folder.close();
    expect(await readdir(home)).toEqual([]);
    expect(server.requests.some((line) => line.includes('elsewhere'))).toBe(false);
  });

  it.each([
    '--upload-pack=touch ran',
    '-o/x',
    '--config=core.fsmonitor=touch',
    'a/--upload-pack=x',
    '-c/x',
    'ext::sh',
    'a/b;touch x',
    '$(touch x)/y',
    'a/..',
    'a\nb',
  ])('is not asked for by the id %j', async (id) => {
    await withoutSettings();
    const source = sourceOf({ url: 'http://127.0.0.1:9' });
    const error = await failureOf(() => source.resolve(id, 'main'));
    expect(error.code).toBe('invalid-argument');
  });

  it.each([
    '--upload-pack=touch ran',
    '-q',
    '*',
    'refs/heads/*',
    'main:refs/heads/x',
    '+main',
    'main^{}',
    'main~1',
    '@{-1}',
    '../x',
    'a b',
    'a\u0000b',
    '',
  ])('has no revision %j', async (revision) => {
    const server = await gitServer();
    await server.addModel(MODEL);
    const error = await failureOf(() => sourceOf(server).resolve('org/name', revision));
    expect(error.code).toBe('revision-not-found');
  });

  it('gives of a link its text, and of another repository nothing', async () => {
    const server = await gitServer();
    const commit = await server.addModel(MODEL);
    const git = (args: readonly string[], input?: string): Promise<string> =>
      server.git('org/name', args, input);
    const target = await git(['hash-object', '-w', '--stdin'], '/etc/passwd');
    const entries = [`120000 blob ${target}\tlink`, `160000 commit ${commit}\tsubmodule`];
    const tree = await git(['mktree', '--missing'], `${entries.join('\n')}\n`);
    const next = await git([...WHO, 'commit-tree', tree], 'x');
    await git(['update-ref', 'refs/heads/main', next]);
    const source = sourceOf(server);
    const { files } = await filesOf(source, 'org/name');
    expect([...files.keys()]).toEqual(['link']);
    const link = files.get('link');
    if (link === undefined) throw new Error('no link');
    const { body } = await source.open('org/name', next, link);
    expect((await bytesOf(body)).toString()).toBe('/etc/passwd');
  });

  it('gives files whose names differ in case alone each its own content', async () => {
    const server = await gitServer();
    const files = {
      'Config.json': '1',
      'config.json': '2',
      'CONFIG.JSON': '3',
      'Sub/a': '4',
      'sub/a': '5',
    };
    await server.addModel({ id: 'org/name', files });
    const source = sourceOf(server);
    const { files: listed, commit } = await filesOf(source, 'org/name');
    for (const [path, content] of Object.entries(files)) {
      const file = listed.get(path);
      if (file === undefined) throw new Error(`no ${path}`);
      const { body } = await source.open('org/name', commit, file);
      expect((await bytesOf(body)).toString()).toBe(content);
    }
  });

  it('is refused when its tree unfolds without end', async () => {
    const server = await gitServer();
    await server.addModel(MODEL);
    const git = (args: readonly string[], input?: string): Promise<string> =>
      server.git('org/name', args, input);
    let id = await git(['hash-object', '-w', '--stdin'], 'x');
    let type = '100644 blob';
    for (let level = 0; level < 9; level += 1) {
      const rows = Array.from({ length: 10 }, (_, index) => `${type} ${id}\t${index}`);
      id = await git(['mktree'], `${rows.join('\n')}\n`);
      type = '040000 tree';
    }
    await git(['update-ref', 'refs/heads/main', await git([...WHO, 'commit-tree', id], 'x')]);
    const error = await failureOf(() => sourceOf(server).resolve('org/name', 'main'));
    expect(error.code).toBe('unsupported');
    expect(error.message).toContain('more than 250000 files');
  });
});

import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { requires } from '@modelkeep/test-requirements';
import { rawZip } from '@modelkeep/testkit/hostile-archives';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, createBench } from './modelkeep.ts';
import { ON_OTHER_BACKENDS } from './support/chosen-store.ts';
import { runProgram } from './support/programs.ts';

requires('bsdtar', 'git', 'tar', 'unzip', 'zip');

const MODEL = 'org/brought';
const README = `---
library_name: transformers
pipeline_tag: text-generation
language: [en, de]
license: mit
---
# Brought along
`;
const FILES: Readonly<Record<string, string>> = {
  'README.md': README,
  'config.json': '{"a":1}',
  'onnx/model.onnx': 'weights'.repeat(50_000),
};
const METADATA = {
  modelDefinition: { key: `hf@${MODEL}` },
  url: 'https://huggingface.co/org%2Fbrought/tree/main',
  version: 0,
};

let bench: Bench;
/** The files alone. */
let files: string;
beforeEach(async () => {
  bench = await createBench({ HF_HUB_OFFLINE: '1' });
  files = join(bench.folder, 'files');
  for (const [path, content] of Object.entries(FILES)) {
    await mkdir(dirname(join(files, path)), { recursive: true });
    await writeFile(join(files, path), content);
  }
});
afterEach(() => bench[Symbol.asyncDispose]());

async function git(...args: string[]): Promise<string> {
  const who = ['-c', 'user.name=ada', '-c', 'user.email=ada@h.test', '-C', files];
  return (await runProgram('git', [...who, ...args], { env: { HOME: bench.folder } })).trim();
}

/** Makes the files a clone; returns its commit. */
async function clone(origin = `https://ada:hf_secret@huggingface.co/${MODEL}`): Promise<string> {
  await git('init', '-q', '-b', 'main');
  await git('add', '.');
  await git('commit', '-q', '-m', 'x');
  await git('remote', 'add', 'origin', origin);
  return git('rev-parse', 'HEAD');
}

async function expectFiles(
  commitHash: unknown = expect.stringMatching(/^[0-9a-f]{40}$/),
): Promise<void> {
  expect(await bench.json(['ls'])).toMatchObject([
    { key: `hf@${MODEL}`, commitHash, fileCount: 3 },
  ]);
  const folder = (await bench.run(['path', MODEL])).stdout.trim();
  for (const [path, content] of Object.entries(FILES)) {
    expect(await readFile(join(folder, path), 'utf8'), path).toBe(content);
  }
}

/** As the documentation of other products asks for it. */
async function layOut(): Promise<string> {
  const root = join(bench.folder, 'root');
  await cp(files, join(root, 'model'), { recursive: true });
  await writeFile(join(root, 'model_metadata.json'), JSON.stringify(METADATA));
  return root;
}

describe('a clone without metadata', () => {
  it('is packed, with what its remote, its commit and its README tell', async () => {
    const commit = await clone();
    const packed = await bench.run(['pack', files]);
    expect(packed).toMatchObject({ status: 0 });
    expect(packed.stdout).toContain('org_2fbrought.tar: 3 files');
    for (const line of [
      `model: ${MODEL}, by the clone's remote`,
      `url: ${METADATA.url}, by the clone's remote`,
      'libraryName: transformers, by README.md',
      'tags: en, de, license:mit, by README.md',
      `commit: ${commit}, by the clone`,
    ]) {
      expect(packed.stderr).toContain(line);
    }
    expect(packed.stderr).not.toContain('hf_secret');
    const archive = join(bench.folder, 'org_2fbrought.tar');
    const listed = await runProgram('tar', ['-tf', archive]);
    expect(listed).not.toContain('.git/');
    const said = await runProgram('tar', ['-xOf', archive, 'org_2fbrought/model_metadata.json']);
    expect(said).not.toContain('hf_secret');
    expect(JSON.parse(said)).toMatchObject({
      ...METADATA,
      commitHash: commit,
      libraryName: 'transformers',
      pipelineName: 'text-generation',
      sizeInBytes: Object.values(FILES).join('').length,
      taggedLanguages: ['en', 'de'],
    });
    expect(await bench.json(['import', archive])).toMatchObject([{ derived: false }]);
    await expectFiles(commit);
  });

  it('is packed as a zip that others read, to a pipe as well', async () => {
    await clone();
    const file = join(bench.folder, 'x.zip');
    expect(await bench.json(['pack', files, '--model', MODEL, '-o', file])).toMatchObject({
      file,
      format: 'zip',
      fileCount: 3,
    });
    expect(await runProgram('unzip', ['-t', file])).toContain('No errors');
    const piped = await bench.run(['pack', files, '-o', '-', '--format', 'zip']);
    expect(piped.bytes.equals(await readFile(file))).toBe(true);
    await bench.json(['import', file]);
    await expectFiles();
  });

  it('is imported by its name', async () => {
    const commit = await clone();
    const imported = await bench.run(['import', files, '--model', MODEL]);
    expect(imported).toMatchObject({ status: 0 });
    expect(imported.stderr).toContain('pipelineName: text-generation, by README.md');
    await expectFiles(commit);
    expect(await bench.json(['show', MODEL])).toMatchObject({
      metadata: { tags: ['en', 'de', 'license:mit'] },
    });
  });

  it('of another model is told of', async () => {
    await clone('git@hf.co:other/model.git');
    const packed = await bench.run(['pack', files, '--model', MODEL]);
    expect(packed.stderr).toContain("the clone's remote is of other/model, not of org/brought");
  });

  it('with pointers instead of contents is refused, and nothing is written', async () => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12\n`;
    await writeFile(join(files, 'model.bin'), pointer);
    await clone();
    for (const args of [
      ['pack', files],
      ['import', files, '--model', MODEL],
    ]) {
      const refused = await bench.run(args);
      expect(refused).toMatchObject({ status: 1, stdout: '' });
      expect(refused.stderr).toContain('git lfs pull');
    }
    expect(await bench.json(['ls'])).toEqual([]);
  });
});

describe('a folder of files alone', () => {
  it('is taken under the name that it is given', async () => {
    const nameless = await bench.run(['pack', files]);
    expect(nameless).toMatchObject({ status: 2 });
    expect(nameless.stderr).toContain('--model org/name');
    const packed = await bench.run(['pack', files, '--model', MODEL]);
    expect(packed.stderr).toContain('assumed: there is no remote');
    expect(packed.stderr).toContain('commit: none is known');
    await bench.json(['import', files, '--model', MODEL]);
    await expectFiles();
    const outer = join(bench.folder, 'outer');
    await cp(files, join(outer, 'model'), { recursive: true });
    await bench.json(['rm', MODEL, '--yes']);
    await bench.json(['import', outer, '--model', MODEL]);
    await expectFiles();
    const root = await layOut();
    expect(await bench.run(['import', root, '--model', MODEL])).toMatchObject({ status: 2 });
  });
});

describe.skipIf(ON_OTHER_BACKENDS)('an archive of an ordinary tool', () => {
  it.each([
    ['tar of ./', 'cd "$2" && tar -cf "$1" ./root'],
    ['tar of all that is in it', 'cd "$2/root" && tar -cf "$1" .'],
    ['pax with times and attributes', 'cd "$2" && bsdtar --format pax -cf "$1" root'],
    ['zip -r', 'cd "$2" && zip -q -r - root > "$1"'],
    ['zip without folders', 'cd "$2" && zip -q -D -r - root > "$1"'],
    ['zip of what is in it', 'cd "$2/root" && zip -q -r - . > "$1"'],
  ])('%s is imported', async (_what, script) => {
    await layOut();
    const archive = join(bench.folder, 'archive');
    await runProgram('sh', ['-ec', script, 'sh', archive, bench.folder]);
    expect(await bench.json(['import', archive])).toMatchObject([{ warnings: [] }]);
    await expectFiles();
  });

  it('of macOS is imported without what macOS adds', async () => {
    const root = await layOut();
    const fork = Buffer.concat([Buffer.from('0005160700020000', 'hex'), Buffer.alloc(100)]);
    await writeFile(join(root, 'model/._config.json'), fork);
    await writeFile(join(root, 'model/.DS_Store'), 'x');
    await writeFile(join(root, '._model'), fork);
    await mkdir(join(bench.folder, '__MACOSX/root'), { recursive: true });
    await writeFile(join(bench.folder, '__MACOSX/root/._model'), fork);
    for (const script of [
      'cd "$2" && bsdtar --format pax -cf "$1" root',
      'cd "$2" && zip -q -r - root __MACOSX > "$1"',
    ]) {
      const archive = join(bench.folder, 'archive');
      await runProgram('sh', ['-ec', script, 'sh', archive, bench.folder]);
      const [{ warnings }] = (await bench.json(['import', archive])) as [{ warnings: string[] }];
      expect(warnings.join('\n')).toContain('.DS_Store');
      await expectFiles();
      await bench.run(['rm', MODEL, '--yes']);
      await rm(archive);
    }
  });

  it.each([
    ['Explorer, no folders', '/', 0],
    ['an old Windows program, backslashes', '\\', 0],
    ['Windows, by its newer number', '\\', 10],
  ])('of %s is imported', async (_what, separator, host) => {
    const members = Object.entries({
      'model_metadata.json': JSON.stringify(METADATA),
      ...Object.fromEntries(Object.entries(FILES).map(([path, text]) => [`model/${path}`, text])),
    }).map(([path, content]) => ({
      name: `root/${path}`.replaceAll('/', separator),
      content,
      deflated: true,
      host,
      mode: 0,
      both: { flags: 0 },
    }));
    const archive = join(bench.folder, 'archive.zip');
    await writeFile(archive, rawZip(members));
    expect(await bench.json(['import', archive])).toMatchObject([{ warnings: [] }]);
    await expectFiles();
  });
});

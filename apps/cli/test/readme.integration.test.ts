import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requires } from '@modelkeep/test-requirements';
import { type FakeHub, startFakeHub } from '@modelkeep/testkit/fake-hub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { INSTALL, npm, packPackages, ROOT } from './support/packed-packages.ts';
import { runProgram } from './support/programs.ts';

requires('tar');

const MODEL = 'sentence-transformers/all-MiniLM-L6-v2';
const INSTALLATION = 'npm install --global modelkeep\n';

let hub: FakeHub;
let commit = '';
let folder = '';
let readme = '';
let tarballs: readonly string[] = [];

beforeAll(async () => {
  hub = await startFakeHub();
  commit = await hub.addModel({
    id: MODEL,
    files: { 'config.json': '{}', 'model.safetensors': { generated: { size: 10_000, seed: 7 } } },
  });
  folder = await mkdtemp(join(tmpdir(), 'modelkeep-readme-'));
  readme = await readFile(join(ROOT, 'README.md'), 'utf8');
  tarballs = await packPackages(join(folder, 'tarballs'));
});
afterAll(async () => {
  await hub[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** The first block of a language. */
function block(language: string): string {
  const [, text] = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms').exec(readme) ?? [];
  if (text === undefined) throw new Error(`README.md has no ${language} block`);
  return text;
}

/** Where the store is when nobody says so. */
function modelFolder(home: string): string {
  const data = '.local/share/modelkeep';
  const repository = 'hub/models--sentence-transformers--all-MiniLM-L6-v2';
  return join(home, data, repository, 'snapshots', commit);
}

describe('the first commands of README.md', () => {
  it('do what they say, as pasted', async () => {
    const commands = block('sh');
    expect(commands.startsWith(INSTALLATION)).toBe(true);
    const prefix = join(folder, 'prefix');
    await npm([...INSTALL, '--global', '--prefix', prefix, ...tarballs], folder);
    const home = join(folder, 'user');
    await mkdir(home);
    const PATH = `${join(prefix, 'bin')}:${process.env['PATH']}`;
    const env = { PATH, HOME: home, HF_ENDPOINT: hub.url };
    const script = commands.slice(INSTALLATION.length);
    const output = await runProgram('bash', ['-euc', script], { cwd: home, env });
    const [pulled, path, ...rest] = output.trim().split('\n');
    expect(pulled).toBe(modelFolder(home));
    expect(path).toBe(modelFolder(home));
    expect(rest.at(-1)).toMatch(`imported ${MODEL} `);
    const members = await runProgram('tar', ['-tf', join(home, 'model.tar')]);
    expect(members).toContain('sentence-transformers_2fall-MiniLM-L6-v2/model/model.safetensors\n');
  });
});

describe('the program of README.md', () => {
  it('compiles and gives the folder, as pasted', async () => {
    const project = join(folder, 'project');
    await mkdir(project);
    const manifest = JSON.parse(
      await readFile(join(ROOT, 'examples/embed-basic/package.json'), 'utf8'),
    ) as { devDependencies: object };
    await writeFile(
      join(project, 'package.json'),
      JSON.stringify({ type: 'module', devDependencies: manifest.devDependencies }),
    );
    await npm([...INSTALL, ...tarballs], project);
    await writeFile(join(project, 'main.ts'), `${block('ts')}\nconsole.log(folder);\n`);
    const options = ['--strict', '--module', 'nodenext', '--target', 'es2023', '--types', 'node'];
    const lib = ['--lib', 'es2023,esnext.disposable'];
    const env = { HOME: folder, HF_ENDPOINT: hub.url };
    await runProgram('npx', ['--no-install', 'tsc', ...options, ...lib, 'main.ts'], {
      cwd: project,
      env,
    });
    const output = await runProgram('node', ['main.js'], { cwd: project, env });
    expect(output).toBe(`${modelFolder(folder)}\n`);
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { pythonEnvironment, requires } from '@modelkeep/test-requirements';
import { type FakeHub, startFakeHub } from '@modelkeep/testkit/fake-hub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from './support/free-port.ts';
import { INSTALL, npm, packPackages, ROOT } from './support/packed-packages.ts';
import { runProgram } from './support/programs.ts';

requires('python-env', 'tar');

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

/** A block of a language, by its place among them. */
function block(language: string, index = 0): string {
  const blocks = [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))];
  const text = blocks[index]?.[1];
  if (text === undefined) throw new Error(`README.md has no ${language} block ${index}`);
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
    const [install, serve] = block('sh').split(/(?<=\n)/);
    expect(install).toBe(INSTALLATION);
    const prefix = join(folder, 'prefix');
    await npm([...INSTALL, '--global', '--prefix', prefix, ...tarballs], folder);
    const home = join(folder, 'user');
    await mkdir(home);
    // A port that is free on this machine in place of the usual one.
    const port = await freePort();
    const here = (commands = ''): string => commands.replaceAll(':8080', `:${port}`);
    const config = join(folder, 'config.yaml');
    await writeFile(config, `server: { port: ${port} }\n`);
    const PATH = [join(prefix, 'bin'), dirname(pythonEnvironment().hf), process.env['PATH']];
    const env = { PATH: PATH.join(delimiter), HOME: home, NO_PROXY: '*', MODELKEEP_CONFIG: config };
    const server = spawn('bash', ['-euc', `exec ${here(serve)}`], {
      cwd: home,
      env: { ...env, HF_ENDPOINT: hub.url },
      stdio: 'ignore',
    });
    try {
      const answers = (): Promise<number> =>
        fetch(`http://127.0.0.1:${port}/-/readyz`).then(
          ({ status }) => status,
          () => 0,
        );
      await expect.poll(answers, { timeout: 60_000 }).toBe(200);
      const script = here(block('sh', 1));
      const output = await runProgram('bash', ['-euc', script], { cwd: home, env });
      const lines = output.trim().split('\n');
      expect(lines).toContain(modelFolder(home));
      expect(lines.at(-1)).toMatch(`imported ${MODEL} `);
    } finally {
      const isOver = server.exitCode !== null || server.signalCode !== null;
      server.kill();
      if (!isOver) await once(server, 'exit');
    }
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

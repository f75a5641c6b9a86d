import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientPythonFolder, pythonEnvironment, requires } from '@modelkeep/test-requirements';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MAIN } from '../modelkeep.ts';
import { runProgram } from '../support/programs.ts';

requires('client-python', 'iproute2', 'network-namespace', 'openssl', 'python-env');

const MINUTE = 60_000;
const repository = join(import.meta.dirname, '../../../..');
const source = join(repository, 'packages/client-python');
const fakeHub = join(repository, 'packages/testkit/dist/fake-hub/main.js');
const program = (name: string): string => join(clientPythonFolder(), name);

let folder: string;
/** A copy: what the tools write stays out of the repository. */
let project: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelkeep-client-python-'));
  project = join(folder, 'project');
  await cp(source, project, { recursive: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function run(command: string, ...args: string[]): Promise<string> {
  return runProgram(program(command), args, { cwd: project, env: { HOME: folder } });
}

it('is typed, in style, and written for Python 3.9', async () => {
  expect(await run('mypy')).toContain('Success');
  expect(await run('ruff', 'check')).toContain('All checks passed');
  expect(await run('ruff', 'format', '--check')).toContain('already formatted');
  const versions = await run('vermin', '--target=3.9-', '--eval-annotations', '--no-tips', 'src');
  expect(versions).toContain('Minimum required versions: 3.9');
});

it('is built, and does its work beside the server and on other machines', {
  timeout: 10 * MINUTE,
}, async () => {
  await run('python', '-m', 'build', '--no-isolation', '--outdir', join(folder, 'dist'));
  const built = (await readdir(join(folder, 'dist'))).toSorted();
  expect(built).toEqual([
    expect.stringMatching(/^modelkeep-.*-py3-none-any\.whl$/),
    expect.stringMatching(/^modelkeep-.*\.tar\.gz$/),
  ]);
  const [wheel = ''] = built;
  const installed = join(folder, 'installed');
  const pip = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--target', installed];
  await run('python', ...pip, join(folder, 'dist', wheel));
  expect(await readdir(join(installed, 'modelkeep'))).toContain('py.typed');
  // The package that is tested is the one that was built.
  await rm(join(project, 'src'), { recursive: true });
  const report = await runProgram(program('pytest'), ['-q', '-p', 'no:cacheprovider'], {
    cwd: project,
    env: {
      HOME: folder,
      PYTHONPATH: installed,
      MODELKEEP_TEST_NODE: process.execPath,
      MODELKEEP_TEST_CLI: MAIN,
      MODELKEEP_TEST_FAKE_HUB: fakeHub,
      PYTHON_WITH_HUB: pythonEnvironment().python,
    },
  });
  expect(report).toMatch(/\d+ passed/);
  expect(report).not.toMatch(/skipped|failed|error/);
});

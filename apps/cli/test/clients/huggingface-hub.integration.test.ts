import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { programsOf, pythonEnvironment, requires } from '@modelkeep/test-requirements';
import { DIGESTS, FETCHED_ONCE, FILES, LARGE, MODEL, publish, sha256 } from './fixture.ts';
import { throughStates } from './matrix.ts';

requires('python-env', 'hub-versions');

const run = promisify(execFile);
const SCRIPT = join(import.meta.dirname, 'hub_client.py');

interface Version {
  readonly version: string;
  readonly programs: string;
  /** What downloads on the command line, and what looks at it afterwards. */
  readonly download: readonly [string, ...string[]];
  readonly verify?: readonly [string, ...string[]];
}

const VERSIONS: readonly Version[] = [
  {
    version: '0.24.7',
    programs: programsOf('huggingface-hub-0.24'),
    download: ['huggingface-cli', 'download', MODEL, '--quiet'],
  },
  {
    version: '0.36.2',
    programs: programsOf('huggingface-hub-0.36'),
    download: ['hf', 'download', MODEL, '--quiet'],
  },
  {
    version: '1.33.0',
    programs: programsOf('huggingface-hub-1.33'),
    download: ['hf', 'download', MODEL, '--quiet'],
    verify: ['hf', 'cache', 'verify', MODEL],
  },
  {
    version: '2.4.0',
    programs: join(pythonEnvironment().python, '..'),
    download: ['hf', 'download', MODEL, '--quiet'],
    verify: ['hf', 'cache', 'verify', MODEL],
  },
];

for (const { version, programs, download, verify } of VERSIONS) {
  throughStates({
    name: `huggingface_hub ${version}`,
    publish,
    fetched: FETCHED_ONCE,
    // The oldest and the newest ask for all that the others ask for.
    onFolderOnly: ![VERSIONS.at(0), VERSIONS.at(-1)].some((edge) => edge?.version === version),
    async run(stage) {
      const program = async ([name, ...args]: readonly [string, ...string[]]): Promise<string> =>
        (await run(join(programs, name), args, { env })).stdout;
      let env = await stage.client();
      const answers: unknown = JSON.parse(await program(['python', SCRIPT, MODEL]));
      // In a home of its own, where nothing is yet.
      env = await stage.client();
      const downloaded = (await program(download)).trim();
      if (verify !== undefined) await program(verify);
      return { answers, downloaded: downloaded.split('/').at(-1) };
    },
    expected: (commit) => ({ answers: answersOf(version, commit), downloaded: commit }),
  });
}

function answersOf(version: string, commit: string): unknown {
  const names = Object.keys(FILES).sort();
  const weights = FILES[LARGE] ?? Buffer.of();
  return {
    version,
    commit,
    digests: DIGESTS,
    'pull request': 'new',
    'one file': DIGESTS['sub/deep/näme.txt'],
    sha: commit,
    sizes: Object.fromEntries(names.map((name) => [name, FILES[name]?.byteLength])),
    files: names,
    branches: [['main', commit]],
    models: [MODEL],
    paths: [
      ['sub', null],
      ['config.json', 7],
    ],
    exists: [true, false],
    ls: ['100%.txt', 'README.md', 'config.json', 'empty.txt', LARGE, 'sub'].map(
      (name) => `${MODEL}/${name}`,
    ),
    cat: 'percent',
    middle: sha256(weights.subarray(12_345_678, 12_346_678)),
  };
}

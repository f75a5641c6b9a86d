import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { hfHubClient, requires } from '@modelkeep/test-requirements';
import { DIGESTS, FETCHED_ONCE, FILES, MODEL, publish, sha256OfFile } from './fixture.ts';
import { throughStates } from './matrix.ts';

requires('hf-hub-rust');

const run = promisify(execFile);
// It probes each file with a range and takes the answer for an empty one for a failure, on the Hub as well; and it puts
// names into URLs as they are.
const NAMES = ['README.md', 'config.json', '100%.txt', 'model.safetensors'];

throughStates({
  name: 'the Rust crate hf-hub 0.5',
  publish,
  fetched: FETCHED_ONCE,
  async run(stage) {
    const { stdout } = await run(hfHubClient(), [MODEL, ...NAMES], { env: await stage.client() });
    const { paths, ...answers } = JSON.parse(stdout) as { paths: string[] };
    return { ...answers, digests: await Promise.all(paths.map(sha256OfFile)) };
  },
  expected: (sha) => ({
    sha,
    files: Object.keys(FILES).sort(),
    digests: NAMES.map((name) => DIGESTS[name]),
  }),
});

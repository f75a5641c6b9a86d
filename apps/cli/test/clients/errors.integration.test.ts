import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { programsOf, pythonEnvironment, requires } from '@modelkeep/test-requirements';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stage, setStage } from './stage.ts';

requires('python-env', 'hub-versions');

const run = promisify(execFile);
const VERSIONS = [
  ['0.24.7', programsOf('huggingface-hub-0.24')],
  ['0.36.2', programsOf('huggingface-hub-0.36')],
  ['1.33.0', programsOf('huggingface-hub-1.33')],
  ['2.4.0', join(pythonEnvironment().python, '..')],
] as const;

let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
  const files = { 'config.json': '{}' };
  for (const id of ['org/name', 'org/gated', 'org/private', 'org/disabled']) {
    await stage.hub.addModel({ id, files });
  }
  stage.hub.setAccess('org/gated', { gated: 'auto' });
  stage.hub.setAccess('org/private', { private: true });
  stage.hub.setAccess('org/disabled', { disabled: true });
});
afterAll(() => stage[Symbol.asyncDispose]());

describe.each(VERSIONS)('huggingface_hub %s', (_, programs) => {
  it('shows the person the true reason', async () => {
    const script = join(import.meta.dirname, 'hub_errors.py');
    const options = { env: await stage.client() };
    const { stdout } = await run(join(programs, 'python'), [script], options);
    expect(JSON.parse(stdout)).toEqual({
      'no model': expect.stringMatching(/^RepositoryNotFoundError: .*org\/nope/s),
      'no model to download': expect.stringMatching(/^RepositoryNotFoundError: /),
      'no file': expect.stringMatching(/^(Remote)?EntryNotFoundError: .*nope/s),
      'no revision': expect.stringMatching(/^RevisionNotFoundError: .*nope/s),
      gated: expect.stringMatching(/^GatedRepoError: .*Access to model org\/gated is restricted/s),
      private: expect.stringMatching(/^RepositoryNotFoundError: /),
      // Of a 403 that it takes for no gate, a download hides the reason.
      disabled: expect.stringMatching(/^GatedRepoError: .*Access to this resource is disabled/s),
      upload: expect.stringMatching(/^HfHubHTTPError: .*nothing is uploaded/s),
    });
  });
});

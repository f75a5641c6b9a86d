import { expect, it } from 'vitest';
import { originOf, readRemote } from './remote-url.ts';

it.each([
  ['https://huggingface.co/org/name', 'https://huggingface.co', 'org/name'],
  ['https://huggingface.co/org/name.git', 'https://huggingface.co', 'org/name'],
  ['https://ada:hf_secret@huggingface.co/org/name', 'https://huggingface.co', 'org/name'],
  ['https://hf.co/gpt2', 'https://huggingface.co', 'gpt2'],
  ['git@hf.co:org/name', 'https://huggingface.co', 'org/name'],
  ['ssh://git@git.corp:2222/org/name.git', 'https://git.corp', 'org/name'],
  ['http://cache:8080/prefix/org/name', 'http://cache:8080/prefix', 'org/name'],
  ['https://h.test/org/bad%20name', 'https://h.test', undefined],
])('%s is of a model', (address, base, modelId) => {
  expect(readRemote(address)).toEqual({ base, ...(modelId === undefined ? {} : { modelId }) });
});

it.each(['/srv/git/name', '../name', 'file:///srv/name', 'C:\\models\\name', ''])(
  '%j tells nothing',
  (address) => {
    expect(readRemote(address)).toBeUndefined();
  },
);

it('finds the origin among the remotes', () => {
  const config = `[core]\n\turl = no\n[remote "other"]\n\turl = https://o.test/a/b\n[remote "origin"]\n\tfetch = x\n\turl = https://h.test/a/b\n`;
  expect(originOf(config)).toBe('https://h.test/a/b');
  expect(originOf('')).toBeUndefined();
});

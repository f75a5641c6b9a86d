import { describe, expect, it } from 'vitest';
import { displayName, parseModelName, repoFolderName } from './model-name.ts';
import { entryManifestKey } from './store-keys.ts';

const NO_ADDRESS = /is not a model name: (?!it is an address)/;

describe('parseModelName', () => {
  it.each([
    ['org/name', 'hf@org/name', 'main'],
    ['gpt2', 'hf@gpt2', 'main'],
    ['hf@org/name', 'hf@org/name', 'main'],
    ['org/name@main', 'hf@org/name', 'main'],
    ['org/name@v1.0', 'hf@org/name@v1.0', 'v1.0'],
    ['org/name@refs/pr/1', 'hf@org/name@refs/pr/1', 'refs/pr/1'],
    ['Org_1/na-me.v2_x', 'hf@Org_1/na-me.v2_x', 'main'],
  ])('reads %s', (name, key, revision) => {
    expect(parseModelName(name)).toMatchObject({ key, revision });
  });

  it.each([
    '',
    '/',
    'a/',
    '/a',
    'a/b/c',
    '../a',
    'a/..',
    'a b',
    'a\nb',
    'a/b.git',
    'a--b/c',
    '.a/b',
    'a/-b',
    'ä/b',
    'a/b@',
    'a/b@..',
    'a/b@x y',
    'a/b@/x',
    'a/b@x//y',
    'a/b@x.lock',
    'a/b@-x',
    'a/b@x@{1}',
    'C:\\x',
    `${'a'.repeat(97)}/b`,
  ])('refuses %j with the reason', (name) => {
    expect(() => parseModelName(name)).toThrow(
      expect.objectContaining({
        code: 'invalid-argument',
        message: expect.stringContaining('org/name@revision'),
      }),
    );
  });

  it('refuses what is no text, as code without types may give it', () => {
    expect(() => parseModelName(undefined as never)).toThrow('is not a model name: it is no text');
  });

  it.each([
    ['https://huggingface.co/org/name', 'org/name'],
    ['https://huggingface.co/org%2Fname/tree/main?x=1', 'org/name'],
    ['http://cache:8080/org/name/tree/v1/', 'org/name@v1'],
    ['https://huggingface.co/org/name/blob/v1/a/config.json', 'org/name@v1'],
    ['https://huggingface.co/gpt2/', 'gpt2'],
    ['https://huggingface.co/gpt2/resolve/main/config.json', 'gpt2'],
    ['https://huggingface.co/org/name/resolve/refs%2Fpr%2F1/x', 'org/name@refs/pr/1'],
    ['https://huggingface.co/org/name/blob/refs/pr/1/x/y', 'org/name@refs/pr/1'],
    ['https://huggingface.co/org/name/tree/a%2Fb/c', 'org/name@a/b'],
    ['https://huggingface.co/org/name.git', 'org/name'],
    ['https://huggingface.co/org/tree', 'org/tree'],
  ])('names the model of the page %s', (name, meant) => {
    expect(() => parseModelName(name)).toThrow(
      `it is an address, and the model there is ${meant}. A name`,
    );
  });

  it.each([
    'https://huggingface.co/models?search=x',
    'https://huggingface.co/datasets/squad',
    'https://huggingface.co/org/name/tree/%zz',
    'https://huggingface.co/org/name/tree/x..y',
    'https://huggingface.co/a--b/c',
    'https://huggingface.co/',
    'https://[',
  ])('names no model at %j', (name) => {
    expect(() => parseModelName(name)).toThrow(NO_ADDRESS);
  });

  it('does not read what is longer than an address', () => {
    const name = `https://huggingface.co/org/name/tree/main?${'x'.repeat(3000)}`;
    expect(() => parseModelName(name)).toThrow(NO_ADDRESS);
  });

  it('writes names as people and folders have them', () => {
    expect(displayName(parseModelName('hf@org/name@v1'))).toBe('org/name@v1');
    expect(repoFolderName('org/name')).toBe('models--org--name');
    expect(entryManifestKey('org/name', 'refs/pr/1')).toBe(
      'manifests/models--org--name/entries/refs%2Fpr%2F1.json',
    );
  });
});

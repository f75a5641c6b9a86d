import { expect, it } from 'vitest';
import { toRequest } from './pull-request.ts';

const EMPTY = { model: '', connection: '', include: '', exclude: '' };

it.each([
  [' org/name ', 'org/name'],
  ['gpt2', 'gpt2'],
  ['org/name@v1', 'org/name@v1'],
  ['https://huggingface.co/org/name', 'org/name'],
  ['https://huggingface.co/org/name/tree/main', 'org/name'],
  ['https://hub.example/org/name/tree/refs%2Fpr%2F1', 'org/name@refs/pr/1'],
])('takes %s for %s', (model, expected) => {
  expect(toRequest({ ...EMPTY, model })).toEqual({ model: expected });
});

it('leaves out what is not filled in', () => {
  const include = ' *.json\n\n*.txt ';
  expect(toRequest({ ...EMPTY, model: 'a/b', connection: 'hub', include })).toEqual({
    model: 'a/b',
    connection: 'hub',
    include: ['*.json', '*.txt'],
  });
});

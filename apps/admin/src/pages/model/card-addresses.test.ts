import { expect, it } from 'vitest';
import type { ModelDetails } from '../../api/types.ts';
import { cardImage, cardLink } from './card-addresses.ts';

const MODEL = {
  modelId: 'org/name',
  metadata: { url: 'https://huggingface.co/org%2Fname/tree/main' },
} as unknown as ModelDetails;

it.each([
  ['https://example.com/x', 'https://example.com/x'],
  ['LICENSE', 'https://huggingface.co/org/name/blob/main/LICENSE'],
  ['./docs/a.md', 'https://huggingface.co/org/name/blob/main/docs/a.md'],
  ['/other/model', 'https://huggingface.co/other/model'],
  ['javascript:alert(1)', undefined],
  ['JAVASCRIPT:alert(1)', undefined],
  ['data:text/html,x', undefined],
  ['mailto:a@b', undefined],
  ['#part', undefined],
  [undefined, undefined],
])('leads from %j to %j', (href, address) => {
  expect(cardLink(href, MODEL)).toBe(address);
});

it('leads nowhere by a relative address where the origin is no web page', () => {
  const model = { ...MODEL, metadata: { url: 'javascript:alert(1)' } };
  expect(cardLink('LICENSE', model)).toBeUndefined();
});

const PATHS = new Set(['assets/plot.png', 'a b.png']);

it.each([
  ['assets/plot.png', 'assets/plot.png'],
  ['./assets/plot.png', 'assets/plot.png'],
  ['a%20b.png', 'a b.png'],
  ['https://huggingface.co/org/name/resolve/main/assets/plot.png', 'assets/plot.png'],
  ['https://huggingface.co/org/name/raw/main/assets/plot.png?x=1', 'assets/plot.png'],
  ['https://evil.example/pixel.png', undefined],
  ['../secret.png', undefined],
  ['%zz', undefined],
  [7, undefined],
])('takes the picture %j for %j', (src, path) => {
  expect(cardImage(src, PATHS)).toBe(path);
});

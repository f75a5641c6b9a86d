import { expect, it } from 'vitest';
import { isForeignPage, mayRead } from './cross-site.ts';

const OWN = 'http://localhost:8080';

it.each([
  ['a program', 'POST', {}, false],
  ['our own page', 'POST', { origin: OWN, 'sec-fetch-site': 'same-origin' }, false],
  ['an address typed in', 'GET', { 'sec-fetch-site': 'none' }, false],
  ['another site', 'POST', { origin: 'https://a.example', 'sec-fetch-site': 'cross-site' }, true],
  ['another port', 'POST', { origin: 'http://localhost:1', 'sec-fetch-site': 'same-site' }, true],
  ['an old browser on another site', 'POST', { origin: 'https://a.example' }, true],
  ['a sandboxed page', 'POST', { origin: 'null' }, true],
  ['an image', 'GET', { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' }, true],
  [
    'a link',
    'GET',
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
    false,
  ],
  [
    'a form',
    'POST',
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
    true,
  ],
  [
    'a frame',
    'GET',
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
    true,
  ],
])('%s', (_, method, headers, expected) => {
  expect(isForeignPage({ method, headers }, OWN)).toBe(expected);
});

it('lets those pages read that were named', () => {
  const from = (origin?: string): { headers: { origin?: string }; method: string } => ({
    method: 'GET',
    headers: origin === undefined ? {} : { origin },
  });
  expect(mayRead(from('https://a.example'), ['https://a.example'])).toBe(true);
  expect(mayRead(from('https://b.example'), ['https://a.example'])).toBe(false);
  expect(mayRead(from(), ['https://a.example'])).toBe(false);
  expect(mayRead(from(), ['*'])).toBe(true);
});

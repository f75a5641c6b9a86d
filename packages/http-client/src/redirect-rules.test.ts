import { describe, expect, test } from 'vitest';
import { isListedHost, redirectTarget } from './redirect-rules.ts';

const from = new URL('https://hub.example.org/org/name/resolve/main/file');

describe('redirectTarget', () => {
  test.each([
    ['/api/x?y=%22z%22', 'https://hub.example.org/api/x?y=%22z%22'],
    ['https://cdn.example.org:8443/a#part', 'https://cdn.example.org:8443/a'],
    ['//cdn.example.org/a', 'https://cdn.example.org/a'],
    [Buffer.from('/é').toString('latin1'), 'https://hub.example.org/%C3%A9'],
  ])('follows %s', (location, target) => {
    expect(redirectTarget(from, location).href).toBe(target);
  });

  test.each([
    ['http://hub.example.org/a', /https down to http/],
    ['https://user@hub.example.org/a', /user name/],
    ['https://:secret@hub.example.org/a', /user name/],
    ['ftp://hub.example.org/a', /ftp/],
    ['file:///etc/passwd', /file/],
    ['https://[bad', /no address/],
    ['', /without an address/],
    [undefined, /without an address/],
  ])('refuses %s', (location, reason) => {
    expect(() => redirectTarget(from, location)).toThrow(reason);
  });
});

test.each<[string, string, boolean]>([
  ['https://cdn.example.org/a', 'cdn.example.org', true],
  ['https://CDN.example.org./a', 'cdn.example.org', true],
  ['https://a.b.example.org/a', '*.example.org', true],
  ['https://example.org/a', '*.example.org', false],
  ['https://evilexample.org/a', '*.example.org', false],
  ['https://cdn.example.org.evil.org/a', 'cdn.example.org', false],
  ['https://cdn.example.org:444/a', 'cdn.example.org:443', false],
  ['https://cdn.example.org/a', 'cdn.example.org:443', true],
  ['http://127.0.0.1:81/a', '127.0.0.1:81', true],
])('%s against %s: %s', (url, pattern, listed) => {
  expect(isListedHost(new URL(url), [pattern])).toBe(listed);
});

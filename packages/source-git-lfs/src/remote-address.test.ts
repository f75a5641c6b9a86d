import { expect, it } from 'vitest';
import { remoteAddress } from './remote-address.ts';

it.each([
  ['https://huggingface.co', 'https://huggingface.co/org/name.git', 'huggingface.co'],
  ['http://host:81/deep/', 'http://host:81/deep/org/name.git', 'host:81'],
  ['ssh://git@host:22/srv/git', 'ssh://git@host:22/srv/git/org/name', 'host:22'],
  ['file:///srv/git%20x', 'file:///srv/git%20x/org/name', 'the folder'],
])('%s has a model at %s', (endpoint, remote, host) => {
  const address = remoteAddress(endpoint);
  expect(address.remote('org/name')).toBe(remote);
  expect(address.host).toBe(host);
  expect(address.page('org/name', 'refs/pr/1')).toMatch(/\/org%2Fname\/tree\/refs%2Fpr%2F1$/);
  expect(address.endpoint).not.toContain('@');
});

it('knows the path on the host', () => {
  expect(remoteAddress('file:///srv/git%20x/').path('org/name')).toBe('/srv/git x/org/name');
});

it.each([
  'ftp://host/x',
  'ext::sh -c touch% /tmp/x',
  'https://ada:secret@host',
  'https://ada@host',
  'ssh://-oProxyCommand=touch/x',
  'ssh://-x@host/x',
  'ssh://%2dx@host/x',
  'https://host/?a=b',
  'https://host/#a',
  'file://host/x',
  'git@host:models',
  '/srv/git',
  '',
])('refuses the endpoint %j', (endpoint) => {
  expect(() => remoteAddress(endpoint)).toThrow(/^the endpoint/);
  expect(() => remoteAddress(endpoint)).not.toThrow(/secret/);
});

it.each([
  '-x/y',
  'x/-y',
  '',
  'a//b',
  '..',
  'a/..',
  'a b',
  'a\nb',
  'a;b',
  '$(x)',
  "a'b",
  'a:b',
  'é',
])('refuses the id %j', (id) => {
  const address = remoteAddress('https://host');
  expect(() => address.remote(id)).toThrow('is no name of a model');
});

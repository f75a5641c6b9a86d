import { expect, test } from 'vitest';
import type { Reach } from './address-rules.ts';
import { guardedLookup } from './dispatchers.ts';

function lookUp(origin: Reach, host: string, all: boolean): Promise<unknown> {
  return new Promise((resolve) => {
    guardedLookup(() => Promise.resolve(origin))(host, { all }, (error, address) => {
      resolve(error ?? address);
    });
  });
}

test('a name is looked up once, checked, and only then connected to', async () => {
  expect(await lookUp('public', '127.0.0.1', true)).toMatchObject({
    code: 'source-unavailable',
    retryable: false,
    message: expect.stringContaining('allowedRedirectHosts'),
  });
  expect(await lookUp('private', '127.0.0.1', false)).toMatchObject({
    details: { hop: 'redirect' },
  });
  expect(await lookUp('loopback', '169.254.169.254', true)).toMatchObject({
    details: { hop: 'redirect' },
  });
  expect(await lookUp('loopback', '127.0.0.1', true)).toEqual([
    { address: '127.0.0.1', family: 4 },
  ]);
  expect(await lookUp('loopback', '127.0.0.1', false)).toBe('127.0.0.1');
  expect(await lookUp('public', 'no-such-host.invalid', true)).toMatchObject({
    syscall: 'getaddrinfo',
  });
});

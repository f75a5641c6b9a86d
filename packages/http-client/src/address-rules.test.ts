import { expect, test } from 'vitest';
import { mayReach, narrowest, type Reach, reachOf } from './address-rules.ts';

test.each<[string, Reach]>([
  ['93.184.216.34', 'public'],
  ['2606:2800:220:1:248:1893:25c8:1946', 'public'],
  ['10.1.2.3', 'private'],
  ['172.31.255.255', 'private'],
  ['172.32.0.1', 'public'],
  ['192.168.0.1', 'private'],
  ['100.64.1.1', 'private'],
  ['fd00::1', 'private'],
  ['127.0.0.1', 'loopback'],
  ['127.255.0.3', 'loopback'],
  ['::1', 'loopback'],
  ['[::1]', 'loopback'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['::ffff:10.0.0.1', 'private'],
  ['::ffff:169.254.169.254', 'forbidden'],
  ['169.254.169.254', 'forbidden'],
  ['fe80::1%eth0', 'forbidden'],
  ['0.0.0.0', 'forbidden'],
  ['::', 'forbidden'],
  ['255.255.255.255', 'forbidden'],
  ['64:ff9b::7f00:1', 'loopback'],
  ['64:ff9b::169.254.169.254', 'forbidden'],
  ['64:ff9b::5db8:d822', 'public'],
  ['64:ff9b::', 'forbidden'],
  ['198.18.0.7', 'private'],
  ['2002:7f00:1::', 'forbidden'],
  ['not an address', 'forbidden'],
])('%s is %s', (address, reach) => {
  expect(reachOf(address)).toBe(reach);
});

test('a name is as narrow as the narrowest of its addresses', () => {
  expect(narrowest(['93.184.216.34', '127.0.0.1'])).toBe('loopback');
  expect(narrowest(['93.184.216.34'])).toBe('public');
});

test('a redirect leads to the same reach or a wider one, never to reserved addresses', () => {
  const allowed: readonly [Reach, Reach][] = [
    ['public', 'public'],
    ['private', 'public'],
    ['private', 'private'],
    ['loopback', 'public'],
    ['loopback', 'private'],
    ['loopback', 'loopback'],
    ['forbidden', 'public'],
  ];
  const all: readonly Reach[] = ['public', 'private', 'loopback', 'forbidden'];
  const found = all.flatMap((from) =>
    all.filter((to) => mayReach(from, to)).map((to) => [from, to]),
  );
  expect(found).toHaveLength(allowed.length);
  expect(found).toEqual(expect.arrayContaining([...allowed]));
  expect(all.some((from) => mayReach(from, 'forbidden'))).toBe(false);
});

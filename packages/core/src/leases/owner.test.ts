import { hostname } from 'node:os';
import { expect, it } from 'vitest';
import { isSameMachine, newOwner } from './owner.ts';

it('two processes of one machine are, and no two have the same name', () => {
  const [one, two] = [newOwner(), newOwner()];
  expect(one).not.toBe(two);
  expect(isSameMachine(one, two)).toBe(true);
});

it.runIf(process.platform === 'linux')(
  'machines of equal names, and containers of one machine that are named alike, are not one',
  () => {
    const [place = ''] = newOwner().split('/');
    const parts = place.slice(hostname().length + 1).split('.');
    const [boot = '', network = ''] = parts;
    expect(parts).toEqual([
      expect.stringMatching(/^[\da-f-]{36}$/),
      expect.stringMatching(/^\d+$/),
    ]);
    const otherBoot = `${hostname()}.${crypto.randomUUID()}.${network}/1/x`;
    const otherNetwork = `${hostname()}.${boot}.1/1/x`;
    for (const other of [`${hostname()}/1/x`, otherBoot, otherNetwork])
      expect(isSameMachine(newOwner(), other)).toBe(false);
  },
);

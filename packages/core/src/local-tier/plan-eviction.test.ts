import { expect, it } from 'vitest';
import { planEviction } from './plan-eviction.ts';
import type { TierContent, UsedCheckout } from './tier-files.ts';

const [A, B, C, D] = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(64)) as [
  string,
  string,
  string,
  string,
];

function checkout(modelId: string, usedAt: number, ...digests: readonly string[]): UsedCheckout {
  const files = digests.map((digest) => ({ path: digest, size: 1, digest, lfs: true }));
  return { modelId, commit: 'c'.repeat(40), createdAt: 0, files, usedAt };
}

function content(
  files: Readonly<Record<string, number>>,
  ...checkouts: readonly UsedCheckout[]
): TierContent {
  const all = Object.entries(files).map(
    ([digest, usedAt]) => [digest, { size: 1, usedAt }] as const,
  );
  return { files: new Map(all), checkouts };
}

function order(given: TierContent, protectedAfter = 1000): string[] {
  return planEviction(given, protectedAfter).map(({ digest }) => digest);
}

it('lets go first what nobody used for longest', () => {
  expect(order(content({ [A]: 3, [B]: 1, [C]: 2 }))).toEqual([B, C, A]);
});

it('takes the use of a checkout for one of all that it has', () => {
  const one = checkout('org/one', 9, A, B);
  const two = checkout('org/two', 5, B, C);
  const given = content({ [A]: 1, [B]: 1, [C]: 1, [D]: 7 }, one, two);
  expect(order(given)).toEqual([C, D, A, B]);
  const [, , , last] = planEviction(given, 1000);
  expect(last?.checkouts).toEqual([one, two]);
});

it('takes a read of what one checkout alone has for a use of all that it has', () => {
  const one = checkout('org/one', 5, A, B);
  const two = checkout('org/two', 6, B, C);
  expect(order(content({ [A]: 2000, [B]: 1, [C]: 1 }, one, two))).toEqual([C]);
  expect(order(content({ [A]: 1, [B]: 2000, [C]: 1 }, one, two))).toEqual([A, C]);
});

it('spares what a checkout has that was used lately, but not what only was read lately', () => {
  const used = checkout('org/used', 2000, A, B);
  const old = checkout('org/old', 5, B, C);
  expect(order(content({ [A]: 1, [B]: 1, [C]: 1, [D]: 2000 }, used, old))).toEqual([C, D]);
  // Somebody reads a file of the old checkout.
  expect(order(content({ [C]: 2000 }, old))).toEqual([]);
});

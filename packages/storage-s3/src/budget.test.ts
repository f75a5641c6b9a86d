import { expect, it } from 'vitest';
import { Budget } from './budget.ts';

it('lends no more than there is, and serves in turn', async () => {
  const budget = new Budget(10);
  const order: string[] = [];
  const first = await budget.take(6, undefined);
  const large = budget.take(8, undefined).then((free) => {
    order.push('large');
    return free;
  });
  const small = budget.take(1, undefined).then((free) => {
    order.push('small');
    return free;
  });
  expect(budget.takeNow(1), 'somebody waits').toBeUndefined();
  expect(budget.isShort).toBe(true);
  await Promise.resolve();
  expect(order).toEqual([]);
  first();
  first();
  const frees = await Promise.all([large, small]);
  expect(order).toEqual(['large', 'small']);
  expect(budget.takeNow(2), 'returned once only').toBeUndefined();
  expect(budget.isShort).toBe(false);
  for (const free of frees) free();
  expect(budget.takeNow(10)).toBeDefined();
});

it('gives all it has to one who wants more', async () => {
  const budget = new Budget(10);
  const free = await budget.take(1000, undefined);
  expect(budget.takeNow(1)).toBeUndefined();
  free();
  expect(budget.takeNow(10)).toBeDefined();
});

it('forgets who gives up, and serves those behind', async () => {
  const budget = new Budget(10);
  const free = await budget.take(5, undefined);
  const controller = new AbortController();
  const reason = { why: 'enough' };
  const impatient = budget.take(10, controller.signal);
  const behind = budget.take(5, undefined);
  controller.abort(reason);
  await expect(impatient).rejects.toBe(reason);
  (await behind)();
  free();
  expect(budget.takeNow(10)).toBeDefined();
});

import { expect, it } from 'vitest';
import type { CoreContext } from '../context.ts';
import { quotaLimits } from './quota-limits.ts';

it('misses nothing that is stored, and reserved no longer, while the numbers are read', async () => {
  let isStored = false;
  /** What was read first is of before. */
  function thenStored<Value>(value: Value): Promise<Value> {
    isStored = true;
    return Promise.resolve(value);
  }
  const metadata = {
    storedBytes: () => thenStored(isStored ? 10 : 0),
    listReservations: () => thenStored(isStored ? [] : [{ bytes: 10 }]),
  };
  const ctx = { connections: [], quotaBytes: 15, metadata } as unknown as CoreContext;
  const [limit] = quotaLimits(ctx, { owner: 'me', bytes: 10 });
  // 5 in truth.
  expect((await limit?.shortage())?.missingBytes).toBe(15);
});

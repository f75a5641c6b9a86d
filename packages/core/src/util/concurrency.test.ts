import { describe, expect, it } from 'vitest';
import { Places } from './concurrency.ts';

describe('Places', () => {
  it('lets so many in at once, and the next when one leaves, however often that says so', async () => {
    const places = new Places(2);
    const leave = await places.take();
    await places.take();
    const came: string[] = [];
    const third = places.take().then(() => came.push('third'));
    void places.take().then(() => came.push('fourth'));
    await Promise.resolve();
    expect(came).toEqual([]);
    leave();
    leave();
    await third;
    await new Promise((resolve) => setImmediate(resolve));
    expect(came).toEqual(['third']);
  });

  it('keeps a place that nobody waited for', async () => {
    const places = new Places(1);
    (await places.take())();
    (await places.take())();
  });
});

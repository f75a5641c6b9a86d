import { describe, expect, it } from 'vitest';
import { ConnectionSlots } from './connection-slots.ts';

const never = new AbortController().signal;

describe('ConnectionSlots', () => {
  it('keeps room for small files when large ones take all they can', async () => {
    const slots = new ConnectionSlots(16);
    for (let taken = 0; taken < slots.largeLimit; taken += 1) await slots.take('large', never);
    expect(slots.largeLimit).toBe(14);
    await expect(slots.take('small', never)).resolves.toBeTypeOf('function');
  });

  it('gives a free slot to a small file first', async () => {
    const slots = new ConnectionSlots(1);
    const release = await slots.take('large', never);
    const order: string[] = [];
    const waiting = (['large', 'small'] as const).map((kind) =>
      slots.take(kind, never).then((free) => {
        order.push(kind);
        return free;
      }),
    );
    release();
    (await waiting[1])?.();
    await waiting[0];
    expect(order).toEqual(['small', 'large']);
  });

  it('lets a waiter leave, and counts a slot once', async () => {
    const slots = new ConnectionSlots(1);
    const release = await slots.take('small', never);
    const stop = new AbortController();
    const waiting = slots.take('small', stop.signal);
    stop.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    release();
    release();
    await slots.take('small', never);
    let granted = false;
    void slots.take('small', never).then(() => (granted = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(granted).toBe(false);
  });
});

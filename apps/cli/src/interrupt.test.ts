import { expect, it } from 'vitest';
import { watchInterrupts } from './interrupt.ts';

it.each(['SIGINT', 'SIGTERM'] as const)('%s aborts once, then exits at once', (name) => {
  const listeners = new Map<string, () => void>();
  const exits: number[] = [];
  const signal = watchInterrupts({
    on: (event, listener) => listeners.set(event, listener),
    exit: (status) => {
      exits.push(status);
      throw new Error('exit');
    },
  });
  expect(signal.aborted).toBe(false);
  listeners.get(name)?.();
  expect(signal.aborted).toBe(true);
  expect(exits).toEqual([]);
  expect(() => listeners.get('SIGINT')?.()).toThrow('exit');
  expect(exits).toEqual([130]);
});

import { expect, it } from 'vitest';
import type { CacheEvent } from '../../api/events.ts';
import { warn } from './verify-run.ts';

it('tells every warning, and keeps the last hundred for the report', () => {
  const events: CacheEvent[] = [];
  const run = { warnings: [] as string[], onEvent: (event: CacheEvent) => void events.push(event) };
  for (let count = 1; count <= 150; count += 1) warn(run, `${count}`);
  expect(events).toHaveLength(150);
  expect([run.warnings.length, run.warnings.at(0), run.warnings.at(-1)]).toEqual([
    100,
    '51',
    '150',
  ]);
});

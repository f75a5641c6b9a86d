import { expect, it } from 'vitest';
import { loadSqlite } from './load-sqlite.ts';

it('warns of nothing, and leaves other warnings alone', async () => {
  const { emitWarning } = process;
  const seen: string[] = [];
  const note = ({ name }: Error): number => seen.push(name);
  process.on('warning', note);
  const { DatabaseSync } = loadSqlite();
  new DatabaseSync(':memory:').close();
  expect(process.emitWarning).toBe(emitWarning);
  process.emitWarning('ours', 'TestWarning');
  await expect.poll(() => seen).toContain('TestWarning');
  process.off('warning', note);
  expect(seen).toEqual(['TestWarning']);
});

import { expect, it } from 'vitest';
import type { EntrySummary } from '../../spi/model.ts';
import { mergeEntry } from './merge-entry.ts';

function entry(fields: Partial<EntrySummary>): EntrySummary {
  return {
    key: 'hf@org/a',
    commit: 'c',
    pinned: false,
    downloadDate: 5,
    ...fields,
  } as EntrySummary;
}

it('keeps a pin that was set in either store', () => {
  const pinned = entry({ pinned: true });
  expect(mergeEntry(entry({}), pinned)).toBe('same');
  expect(mergeEntry(pinned, entry({}))).toMatchObject({ pinned: true });
  expect(mergeEntry(entry({ downloadDate: 6 }), pinned)).toMatchObject({
    pinned: true,
    downloadDate: 6,
  });
});

it('leaves what was fetched here later', () => {
  expect(mergeEntry(entry({}), entry({ downloadDate: 6 }))).toBe('newer');
});

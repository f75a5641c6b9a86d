import type { JsonValue } from '@modelkeep/core/spi';
import { type MemoryMetadata, memoryMetadata } from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { type AuditLog, createAuditLog } from './audit-log.ts';

const FACTS = { action: 'a', subject: 's', user: 'ada', address: '127.0.0.1', outcome: 'ok' };

async function filled(count: number): Promise<{ log: AuditLog; records: MemoryMetadata }> {
  const records = memoryMetadata();
  await records.open();
  const log = createAuditLog(records);
  for (let number = 1; number <= count; number++) {
    await log.append({ ...FACTS, subject: String(number) });
  }
  return { log, records };
}

const id = (number: number): string => String(number).padStart(12, '0');

it('lists the newest first, page by page', async () => {
  const { log } = await filled(5);
  const subjects = async (before?: number): Promise<string[]> =>
    (await Array.fromAsync(log.list(before === undefined ? {} : { before }))).map(
      ({ subject }) => subject,
    );
  expect(await subjects()).toEqual(['5', '4', '3', '2', '1']);
  expect(await subjects(3)).toEqual(['2', '1']);
});

it('keeps every event of many that are written at once', async () => {
  const { log } = await filled(0);
  await Promise.all(Array.from({ length: 20 }, () => log.append(FACTS)));
  const events = await Array.fromAsync(log.list());
  expect(events.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, i) => 20 - i));
  expect(await log.findBreak()).toBeUndefined();
});

it('shows what was changed, left out or put in another order', async () => {
  const change = async (
    work: (records: MemoryMetadata) => Promise<unknown>,
  ): Promise<number | undefined> => {
    const { log, records } = await filled(6);
    await work(records);
    return log.findBreak();
  };
  const storedEvent = async (records: MemoryMetadata, number: number): Promise<JsonValue> =>
    (await records.getRecord('audit', id(number)))?.value ?? null;
  for (const field of ['action', 'subject', 'user', 'address', 'outcome', 'hash', 'time']) {
    const found = await change(async (records) => {
      const value = (await storedEvent(records, 3)) as Record<string, JsonValue>;
      await records.putRecord('audit', id(3), { ...value, [field]: field === 'time' ? 1 : 'x' });
    });
    expect(found, field).toBe(3);
  }
  expect(await change((records) => records.removeRecord('audit', id(3)))).toBe(4);
  expect(await change((records) => records.removeRecord('audit', id(1)))).toBe(2);
  const swapped = await change(async (records) => {
    const [third, fourth] = [await storedEvent(records, 3), await storedEvent(records, 4)];
    await records.putRecord('audit', id(3), fourth);
    await records.putRecord('audit', id(4), third);
  });
  expect(swapped).toBe(3);
});

import { hash } from 'node:crypto';
import type { JsonValue, StoredRecord } from '@modelkeep/core/spi';
import type { RecordStore } from '../store/record-store.ts';

export const AUDIT = 'audit';
const ID_DIGITS = 12;
const MOST_TRIES = 50;
const BEGINNING = '0'.repeat(64);

/** What somebody did, or tried to do. */
export interface AuditFacts {
  /** `model.delete`, `user.add`, … */
  readonly action: string;
  /** What it was done to. */
  readonly subject: string;
  readonly user: string;
  readonly address: string;
  /** `ok`, or the code of the error. */
  readonly outcome: string;
}

export interface AuditEvent extends AuditFacts {
  /** Grows by one with each event. */
  readonly number: number;
  /** ms since the epoch. */
  readonly time: number;
  /** sha256 over this event and the hash of the one before it: what is changed or left out later shows. */
  readonly hash: string;
}

export interface AuditLog {
  append(facts: AuditFacts): Promise<AuditEvent>;
  /** Newest first. */
  list(options?: { readonly before?: number }): AsyncIterable<AuditEvent>;
  /** The number of the first event that does not follow from the one before it. */
  findBreak(): Promise<number | undefined>;
}

export function createAuditLog(records: RecordStore): AuditLog {
  const last = async (): Promise<AuditEvent | undefined> => {
    const newest = records.listRecords(AUDIT, { descending: true, limit: 1 });
    for await (const record of newest) return readEvent(record);
    return undefined;
  };
  return {
    async append(facts) {
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        const before = await last();
        const event = follow(before, facts, Date.now());
        const { number, ...value } = event;
        // Somebody else may have taken the number meanwhile.
        if (await records.putRecord(AUDIT, idOf(number), value, { ifAbsent: true })) return event;
      }
      throw new Error('the audit log could not be written: others write too much');
    },
    async *list({ before } = {}) {
      const page = { descending: true, ...(before === undefined ? {} : { after: idOf(before) }) };
      for await (const record of records.listRecords(AUDIT, page)) yield readEvent(record);
    },
    async findBreak() {
      let before: AuditEvent | undefined;
      for await (const record of records.listRecords(AUDIT)) {
        const event = readEvent(record);
        const { action, subject, user, address, outcome } = event;
        const expected = follow(before, { action, subject, user, address, outcome }, event.time);
        if (expected.number !== event.number || expected.hash !== event.hash) return event.number;
        before = event;
      }
      return undefined;
    },
  };
}

function follow(before: AuditEvent | undefined, facts: AuditFacts, time: number): AuditEvent {
  const { action, subject, user, address, outcome } = facts;
  const number = (before?.number ?? 0) + 1;
  const chain = [before?.hash ?? BEGINNING, number, time, action, subject, user, address, outcome];
  return {
    number,
    time,
    action,
    subject,
    user,
    address,
    outcome,
    hash: hash('sha256', JSON.stringify(chain)),
  };
}

function idOf(number: number): string {
  return String(number).padStart(ID_DIGITS, '0');
}

function readEvent({ id, value }: StoredRecord): AuditEvent {
  const fields = value as Readonly<Record<string, JsonValue>>;
  return { ...(fields as unknown as Omit<AuditEvent, 'number'>), number: Number(id) };
}

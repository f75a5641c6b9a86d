import type { JsonValue } from '@modelkeep/core/spi';
import type { RecordStore } from '../store/record-store.ts';
import type { Job } from './job.ts';

const JOBS = 'jobs';

/** Jobs as they are kept, also after their end and after the server's. */
export interface JobStore {
  get(id: string): Promise<Job | undefined>;
  put(job: Job): Promise<void>;
  remove(id: string): Promise<void>;
  /** Newest first. */
  list(options?: { readonly after?: string }): AsyncIterable<Job>;
}

export function createJobStore(records: RecordStore): JobStore {
  return {
    async get(id) {
      const record = await records.getRecord(JOBS, id);
      return record === undefined ? undefined : (record.value as unknown as Job);
    },
    async put(job) {
      // What JSON cannot say is left out here, not in the database.
      await records.putRecord(JOBS, job.id, JSON.parse(JSON.stringify(job)) as JsonValue);
    },
    async remove(id) {
      await records.removeRecord(JOBS, id);
    },
    async *list({ after } = {}) {
      const page = { descending: true, ...(after === undefined ? {} : { after }) };
      for await (const { value } of records.listRecords(JOBS, page)) yield value as unknown as Job;
    },
  };
}

import type { JsonValue } from '@modelkeep/core/spi';
import type { RecordStore } from '../store/record-store.ts';
import type { JobProgress } from './job.ts';

const PROGRESS = 'job-progress';
const CANCELS = 'job-cancels';
const LOOK_MS = 1000;

/** What servers of one store tell each other of jobs that go on: how far they are, and that they are to end. */
export interface JobSignals {
  /** How far a job is that another server does, as that one said last. */
  progressOf(id: string): Promise<JobProgress | undefined>;
  /** Has the server that does the job end it, within a few seconds; or the one that takes it up. */
  askToCancel(id: string): Promise<void>;
  /** Whether somebody asked for that. */
  isToCancel(id: string): Promise<boolean>;
  /** A job goes on here: it is told of, and listened for. */
  begin(): void;
  /** Forgets what was said of a job that has ended. Never fails. */
  forget(id: string): Promise<void>;
  /** Tells and listens no more. Resolves when what is being forgotten is. */
  end(): Promise<void>;
}

export interface JobSignalsOptions {
  readonly records: RecordStore;
  /** The jobs that go on here. */
  readonly ids: () => readonly string[];
  readonly progress: (id: string) => JobProgress | undefined;
  readonly cancel: (id: string) => void;
}

export function createJobSignals({
  records,
  ids,
  progress,
  cancel,
}: JobSignalsOptions): JobSignals {
  const told = new Map<string, string>();
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  const forgetting = new Set<Promise<void>>();

  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
  };
  const tell = async (id: string): Promise<void> => {
    const text = JSON.stringify(progress(id));
    if (text === undefined || told.get(id) === text) return;
    await records.putRecord(PROGRESS, id, JSON.parse(text) as JsonValue);
    told.set(id, text);
  };
  const look = async (): Promise<void> => {
    const here = ids();
    if (here.length === 0) return stop();
    for (const id of here) await tell(id);
    for await (const { id } of records.listRecords(CANCELS)) if (here.includes(id)) cancel(id);
  };
  const remove = async (id: string): Promise<void> => {
    // What is being told must not come after.
    await looking;
    told.delete(id);
    for (const collection of [PROGRESS, CANCELS])
      await records.removeRecord(collection, id).catch(() => undefined);
  };

  return {
    progressOf: async (id) =>
      (await records.getRecord(PROGRESS, id))?.value as unknown as JobProgress | undefined,
    askToCancel: async (id) => void (await records.putRecord(CANCELS, id, {})),
    isToCancel: async (id) => (await records.getRecord(CANCELS, id)) !== undefined,
    begin() {
      timer ??= setInterval(() => {
        // Where the database is away, the next look does it.
        looking ??= look()
          .catch(() => undefined)
          .finally(() => {
            looking = undefined;
          });
      }, LOOK_MS).unref();
    },
    forget(id) {
      const removed = remove(id).finally(() => forgetting.delete(removed));
      forgetting.add(removed);
      return removed;
    },
    async end() {
      stop();
      await looking;
      await Promise.all(forgetting);
    },
  };
}

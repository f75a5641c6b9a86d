import type { CacheEventListener } from '../../api/events.ts';
import { ArchiveIntake } from '../../archives/archive-intake.ts';
import type { ArchivePlan } from '../../archives/archive-plan.ts';
import type { Ingest } from '../../leases/ingest.ts';
import type { ArchiveEntry } from '../../spi/archive-format.ts';
import { Progress } from '../../util/progress.ts';
import { readWhole, type Stager } from './stager.ts';

/** Where the total is not declared, room is asked for at each file as large as this. */
const RESERVE_BYTES = 64 * 1024 * 1024;

/** Reserves room as soon as it is known how much is needed. */
class Room {
  readonly #ingest: Ingest;
  #declared: number | undefined;
  #taken = 0;

  constructor(ingest: Ingest) {
    this.#ingest = ingest;
  }

  async ask({ declaredBytes, declaredFiles }: ArchiveIntake, size: number): Promise<void> {
    if (declaredBytes !== undefined && this.#declared === undefined) {
      this.#declared = declaredBytes;
      await this.#ingest.reserve(Math.max(0, declaredBytes - this.#taken), declaredFiles);
    } else if (declaredBytes === undefined && size >= RESERVE_BYTES) {
      await this.#ingest.reserve(size);
    }
  }

  taken(size: number): void {
    this.#taken += size;
    this.#ingest.setRemaining(Math.max(0, (this.#declared ?? 0) - this.#taken));
  }
}

/** Reads every member: checks it, stages what belongs to the model, and tells what the whole is. */
export async function takeIn(
  entries: AsyncIterable<ArchiveEntry & { readonly localPath?: string }>,
  archivePath: string | undefined,
  stager: Stager,
  ingest: Ingest,
  onEvent: CacheEventListener,
  signal: AbortSignal | undefined,
): Promise<ArchivePlan> {
  const intake = new ArchiveIntake();
  const room = new Room(ingest);
  let progress: Progress | undefined;
  for await (const entry of entries) {
    signal?.throwIfAborted();
    const admission = intake.admit(entry);
    if (admission.action === 'skip') continue;
    const { record } = admission;
    if (admission.action === 'text') {
      await intake.keep(record, await readWhole(entry.body, entry.size));
      continue;
    }
    const { declaredBytes } = intake;
    await room.ask(intake, entry.size);
    progress ??= new Progress(
      onEvent,
      declaredBytes === undefined ? {} : { totalBytes: declaredBytes },
    );
    const told = progress;
    const head = await stager.stage({
      entry,
      archivePath,
      headBytes: admission.headBytes,
      gitOid: admission.gitOid,
      onProgress: (doneBytes) => told.update(entry.path, doneBytes, entry.size),
    });
    room.taken(entry.size);
    progress.fileDone(entry.path, entry.size);
    await intake.keep(record, head);
  }
  const plan = await intake.finish();
  progress?.end();
  return plan;
}

import { type ArchiveReadOptions, archiveInvalid } from '@modelkeep/core/spi';

/** Counts what the whole archive may hold. */
export class Budget {
  readonly #options: ArchiveReadOptions;
  #entries = 0;
  #bytes = 0;

  constructor(options: ArchiveReadOptions) {
    this.#options = options;
  }

  count(member: string, size: number): void {
    this.#entries += 1;
    this.#bytes += size;
    if (this.#entries > this.#options.maxEntries) {
      throw archiveInvalid({
        reason: 'too-many-members',
        member,
        problem: `is one more than the ${this.#options.maxEntries} members that an archive may have`,
        remedy: 'Leave out what does not belong to the model.',
      });
    }
    const most = this.#options.maxTotalBytes();
    if (this.#bytes > most) {
      throw archiveInvalid({
        reason: 'too-many-bytes',
        member,
        problem: `of ${size} bytes brings the content to ${this.#bytes} bytes; at most ${most} are expected`,
        remedy: 'The archive holds more than it declares: make it anew.',
        details: { expected: most, found: this.#bytes },
      });
    }
  }
}

import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { errnoOf } from './file-errors.ts';

const NAME = /^([0-9a-f]{16})-(\d+)-/;

let known: string | undefined;

/** Within what process ids mean the same: this boot of this machine, this pid namespace. Empty where that cannot be told. */
function scope(): string {
  known ??= findScope();
  return known;
}

function findScope(): string {
  try {
    return createHash('sha256')
      .update(readFileSync('/proc/sys/kernel/random/boot_id'))
      .update(readlinkSync('/proc/self/ns/pid'))
      .digest('hex')
      .slice(0, 16);
  } catch {
    return '';
  }
}

/** A new name for an unfinished file, which tells whose it is. */
export function temporaryName(): string {
  return `${scope()}-${process.pid}-${randomUUID()}`;
}

/** Whether the process that named the file is gone for sure. */
export function writerIsGone(name: string): boolean {
  const [, where, pid] = NAME.exec(name) ?? [];
  if (where === undefined || where !== scope()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return errnoOf(error) === 'ESRCH';
  }
}

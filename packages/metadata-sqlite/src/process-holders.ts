import { readFileSync, readlinkSync } from 'node:fs';
import type { LeaseHolders } from '@modelkeep/metadata-sql';

/** What names one process for ever: a process id alone is given again. */
interface Holder {
  readonly pid: number;
  /** Clock ticks from boot to its start. */
  readonly startTime: string;
  readonly bootId: string;
  /** The process ids mean something only in here. */
  readonly pidNamespace: string;
}

interface ProcessState {
  readonly pid: number;
  /** One letter, as ps shows it. */
  readonly state: string;
  readonly threads: number;
  readonly startTime: string;
}

/**
 * Knows at once when a process on this machine has died, by its id and start time in /proc.
 * Where there is no /proc, or it shows another pid namespace, no holder is ever called gone.
 */
export function processHolders(): LeaseHolders {
  let described: { readonly self: Holder | undefined } | undefined;

  function self(): Holder | undefined {
    described ??= { self: describeSelf() };
    return described.self;
  }

  return {
    self() {
      const own = self();
      return own === undefined ? undefined : JSON.stringify(own);
    },
    isGone(text) {
      const holder = parseHolder(text);
      const own = self();
      if (own === undefined || holder === undefined) return false;
      const comparable = holder.bootId === own.bootId && holder.pidNamespace === own.pidNamespace;
      return comparable && isGone(holder);
    },
  };
}

function describeSelf(): Holder | undefined {
  try {
    const own = processState('self');
    if (own.pid !== process.pid) return undefined;
    return {
      pid: own.pid,
      startTime: own.startTime,
      bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
      pidNamespace: readlinkSync('/proc/self/ns/pid'),
    };
  } catch {
    return undefined;
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    const holder: Partial<Holder> = JSON.parse(text);
    const { pid, startTime, bootId, pidNamespace } = holder;
    if (typeof pid !== 'number' || !Number.isInteger(pid) || pid <= 0) return undefined;
    if (startTime === undefined || bootId === undefined || pidNamespace === undefined) {
      return undefined;
    }
    return { pid, startTime, bootId, pidNamespace };
  } catch {
    return undefined;
  }
}

function isGone({ pid, startTime }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Asked first, as /proc may hide the processes of other users.
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return true;
  }
  try {
    const found = processState(pid);
    // A killed process that nobody has waited for writes no more, once its last thread is gone.
    const isZombie = (found.state === 'Z' || found.state === 'X') && found.threads <= 1;
    return isZombie || found.startTime !== startTime;
  } catch {
    return false;
  }
}

function processState(pid: number | 'self'): ProcessState {
  const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name in brackets, and may hold anything.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const [state, threads, startTime] = [fields[0], fields[17], fields[19]];
  if (state === undefined || startTime === undefined) throw new Error('Unknown form of /proc');
  return { pid: Number.parseInt(line, 10), state, threads: Number(threads), startTime };
}

import { readdirSync, readFileSync } from 'node:fs';

/** Looks at the command line of every process of this machine, again and again, until it is disposed of. */
export function watchCommandLines(): Disposable & { readonly seen: ReadonlySet<string> } {
  const seen = new Set<string>();
  let isOver = false;
  const look = (): void => {
    if (isOver) return;
    for (const pid of readdirSync('/proc')) {
      if (/^\d+$/.test(pid)) seen.add(commandLine(pid));
    }
    setImmediate(look);
  };
  look();
  return {
    seen,
    [Symbol.dispose]() {
      isOver = true;
    },
  };
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    // It has ended meanwhile.
    return '';
  }
}

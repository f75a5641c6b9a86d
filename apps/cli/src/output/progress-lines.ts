import type { ProgressView } from './progress.ts';

const INTERVAL_MS = 5000;

/** Plain lines, at most one every few seconds: for logs. */
export function createLines(
  write: (line: string) => void,
  label: string,
  now: () => number = () => performance.now(),
): ProgressView {
  let last = now();
  return {
    show(event, summary) {
      if (now() - last < INTERVAL_MS) return;
      last = now();
      const percent = event.totalBytes
        ? [`${Math.floor((event.doneBytes / event.totalBytes) * 100)} %`]
        : [];
      write(`${label}: ${[...percent, ...summary].join(', ')}`);
    },
    stop: () => undefined,
  };
}

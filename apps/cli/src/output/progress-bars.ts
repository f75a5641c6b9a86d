import cliProgress, { type SingleBar } from 'cli-progress';
import type { Output } from '../host.ts';
import { printable } from './printable.ts';
import type { ProgressEvent, ProgressView } from './progress.ts';
import { formatBytes } from './units.ts';

const BAR_WIDTH = 24;
const MOST_FILES = 5;
const NARROW = 40;
const WIDTH = 80;

/** One bar for the whole, and one for each of a few files that are being moved. */
export function createBars(output: Output, label: string): ProgressView {
  const bars = new cliProgress.MultiBar({
    stream: output,
    format: (_options, _params, payload: { readonly line?: string }) => payload.line ?? '',
    clearOnComplete: true,
    hideCursor: true,
    // An interrupt is the command's own matter.
    gracefulExit: false,
  });
  const rows: SingleBar[] = [];
  let unwritten = false;
  bars.on('redraw-post', () => {
    unwritten = false;
  });
  const setRows = (lines: readonly string[]): void => {
    while (rows.length > lines.length) {
      const row = rows.pop();
      if (row !== undefined) bars.remove(row);
    }
    for (const [index, line] of lines.entries()) {
      const row = rows[index];
      if (row === undefined) rows.push(bars.create(1, 0, { line }));
      else row.update(0, { line });
    }
  };
  return {
    show(event, summary) {
      // Some terminals say 0.
      const width = output.columns || WIDTH;
      setRows(progressRows(event, summary, printable(label), width));
    },
    log(text) {
      if (rows.length === 0) {
        output.write(text);
        return;
      }
      bars.log(text);
      unwritten = true;
    },
    stop() {
      if (unwritten) bars.update();
      if (rows.length > 0) bars.stop();
    },
  };
}

/** The lines to show, none wider than `width`. */
export function progressRows(
  event: ProgressEvent,
  summary: readonly string[],
  label: string,
  width: number,
): string[] {
  const total = event.totalBytes === undefined ? '' : `${bar(event.doneBytes / event.totalBytes)} `;
  const files = event.active.slice(0, MOST_FILES).map((file) => {
    const share = file.totalBytes === 0 ? 1 : file.doneBytes / file.totalBytes;
    const figures = `${bar(share)} ${formatBytes(file.doneBytes)} of ${formatBytes(file.totalBytes)}`;
    return `  ${figures}  ${shorten(printable(file.path), width - figures.length - 5)}`;
  });
  return [`${total}${label}  ${summary.join('  ')}`, ...files].map((line) =>
    line.slice(0, Math.max(NARROW, width - 1)),
  );
}

function bar(share: number): string {
  const bounded = Math.min(1, Math.max(0, Number.isFinite(share) ? share : 1));
  const full = Math.round(bounded * BAR_WIDTH);
  const percent = `${Math.floor(bounded * 100)}%`.padStart(4);
  return `${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)} ${percent}`;
}

/** The end of a path says more than its beginning. */
function shorten(text: string, width: number): string {
  return text.length <= width || width < 4 ? text : `…${text.slice(text.length - width + 1)}`;
}

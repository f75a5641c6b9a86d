import type { Style } from '../context.ts';
import { printable } from './printable.ts';

export interface Column<Row> {
  readonly title: string;
  readonly align?: 'left' | 'right';
  readonly text: (row: Row) => string;
}

const GAP = '  ';

/** Rows under a line of titles, each column as wide as its widest cell. */
export function formatTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  style: Style,
): string[] {
  const cells = rows.map((row) => columns.map((column) => printable(column.text(row))));
  const titles = columns.map((column) => column.title);
  const widths = titles.map((title, index) =>
    cells.reduce((widest, line) => Math.max(widest, line[index]?.length ?? 0), title.length),
  );
  const layOut = (line: readonly string[]): string =>
    line
      .map((text, index) => {
        const width = widths[index] ?? 0;
        return columns[index]?.align === 'right' ? text.padStart(width) : text.padEnd(width);
      })
      .join(GAP)
      .trimEnd();
  return [style.bold(layOut(titles)), ...cells.map(layOut)];
}

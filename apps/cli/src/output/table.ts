import type { Style } from '../context.ts';
import { printable } from './printable.ts';

export interface Column<Row> {
  readonly title: string;
  readonly align?: 'left' | 'right';
  readonly text: (row: Row) => string;
}

const GAP = '  ';

/** Rows under a line of titles, each column as wide as its widest cell. Keeps the text of the rows only. */
export interface Table<Row> {
  add(row: Row): void;
  lines(): string[];
}

export function createTable<Row>(columns: readonly Column<Row>[], style: Style): Table<Row> {
  const titles = columns.map((column) => column.title);
  const widths = titles.map((title) => title.length);
  const rows: string[][] = [];
  const layOut = (cells: readonly string[]): string =>
    cells
      .map((text, index) => {
        const width = widths[index] ?? 0;
        return columns[index]?.align === 'right' ? text.padStart(width) : text.padEnd(width);
      })
      .join(GAP)
      .trimEnd();
  return {
    add(row) {
      const texts = columns.map((column) => column.text(row));
      // Nearly all is printable: one look at the whole row is quicker than one at each cell.
      const whole = texts.join('');
      const cells = printable(whole) === whole ? texts : texts.map(printable);
      for (const [index, text] of cells.entries()) {
        widths[index] = Math.max(widths[index] ?? 0, text.length);
      }
      rows.push(cells);
    },
    lines: () => [style.bold(layOut(titles)), ...rows.map(layOut)],
  };
}

export function formatTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  style: Style,
): string[] {
  const table = createTable(columns, style);
  for (const row of rows) table.add(row);
  return table.lines();
}

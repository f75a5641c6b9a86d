import type { ReactNode } from 'react';
import { classes } from './classes.ts';
import { ScrollArea } from './scroll-area.tsx';

/** A plain table that may be scrolled sideways where it does not fit. */
export function Table({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <ScrollArea label={label} className="relative overflow-x-auto -outline-offset-2">
      <table
        aria-label={label}
        className="w-full border-collapse text-left [&_tbody>tr:last-child>td]:border-0"
      >
        {children}
      </table>
    </ScrollArea>
  );
}

export function Th({
  children,
  className,
}: {
  readonly children?: ReactNode;
  readonly className?: string;
}): ReactNode {
  return (
    <th
      scope="col"
      className={classes(
        'border-b border-line px-3 py-2 text-sm font-medium whitespace-nowrap text-muted first:pl-4 last:pr-4 sm:first:pl-5 sm:last:pr-5',
        className,
      )}
    >
      {children}
    </th>
  );
}

export function Td({
  children,
  className,
}: {
  readonly children?: ReactNode;
  readonly className?: string;
}): ReactNode {
  return (
    <td
      className={classes(
        'border-b border-line px-3 py-2 align-middle first:pl-4 last:pr-4 sm:first:pl-5 sm:last:pr-5',
        className,
      )}
    >
      {children}
    </td>
  );
}

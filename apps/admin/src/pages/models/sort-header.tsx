import { ArrowDown, ArrowUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { classes } from '../../ui/classes.ts';
import type { ModelSort, ModelsSearch } from './models-search.ts';

/** The head of a column by which the table can be sorted: names from A, figures from the largest. */
export function SortHeader({
  name,
  sort,
  search,
  onSort,
  className,
  isNumber = false,
}: {
  readonly name: string;
  readonly sort: ModelSort;
  readonly search: ModelsSearch;
  readonly onSort: (sort: { sort: ModelSort; order: 'asc' | 'desc' }) => void;
  readonly className?: string;
  readonly isNumber?: boolean;
}): ReactNode {
  const isSorted = (search.sort ?? 'key') === sort;
  const order = search.order ?? 'asc';
  const first = sort === 'key' ? 'asc' : 'desc';
  const next = isSorted ? (order === 'asc' ? 'desc' : 'asc') : first;
  return (
    <th
      scope="col"
      {...(isSorted ? { 'aria-sort': order === 'asc' ? 'ascending' : 'descending' } : {})}
      className={classes('px-1 font-medium', className)}
    >
      <Button
        onPress={() => onSort({ sort, order: next })}
        className={classes(
          'flex h-9 w-full items-center gap-1 rounded-md px-2 font-medium hover:text-ink',
          isNumber && 'justify-end',
          isSorted && 'text-ink',
        )}
      >
        {name}
        {isSorted &&
          (order === 'asc' ? (
            <ArrowUp aria-hidden className="size-3.5" />
          ) : (
            <ArrowDown aria-hidden className="size-3.5" />
          ))}
      </Button>
    </th>
  );
}

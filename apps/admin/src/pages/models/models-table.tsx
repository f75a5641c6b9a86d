import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Checkbox } from '../../ui/checkbox.tsx';
import { ModelRow, SkeletonRow } from './model-row.tsx';
import type { ModelSort, ModelsSearch } from './models-search.ts';
import type { Selection } from './selection.ts';
import { SortHeader } from './sort-header.tsx';
import type { ModelRows } from './use-model-rows.ts';

const ROW_REM = 4;
const OVERSCAN = 8;
const SKELETONS = 12;

interface ModelsTableProps {
  readonly rows: ModelRows;
  readonly search: ModelsSearch;
  readonly onSort: (sort: { sort: ModelSort; order: 'asc' | 'desc' }) => void;
  readonly onRange: (range: { first: number; last: number }) => void;
  readonly selection: Selection;
}

/**
 * A table of any length: only the rows in view are there, and the rest is space above and below. It is a real table, whose
 * rows say which of how many they are.
 */
export function ModelsTable(props: ModelsTableProps): ReactNode {
  const { rows, search, onSort, onRange, selection } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  const [rowPixels] = useState(() => ROW_REM * rootFontSize());
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const box = body.current?.getBoundingClientRect();
    setTop((box?.top ?? 0) + window.scrollY);
  }, []);
  const count = rows.total ?? SKELETONS;
  const virtualizer = useWindowVirtualizer({
    count,
    estimateSize: () => rowPixels,
    overscan: OVERSCAN,
    scrollMargin: top,
  });
  const items = virtualizer.getVirtualItems();
  const first = items.at(0)?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => onRange({ first, last }), [first, last, onRange]);
  const before = first * rowPixels;
  const after = Math.max(0, count - last - 1) * rowPixels;
  const shown = items.flatMap(({ index }) => rows.at(index) ?? []);
  const ticked = shown.filter(({ key }) => selection.has(key)).length;
  return (
    <div className="panel min-w-0 overflow-clip">
      <table
        aria-label="Models"
        aria-rowcount={count + 1}
        aria-busy={rows.isStale}
        className={`w-full table-fixed border-collapse text-left ${rows.isStale ? 'opacity-60' : ''}`}
      >
        <thead>
          <tr aria-rowindex={1} className="h-11 border-b border-line text-sm text-muted">
            <th scope="col" className="w-11 pl-4">
              <Checkbox
                aria-label="Select all rows in view"
                isSelected={shown.length > 0 && ticked === shown.length}
                isIndeterminate={ticked > 0 && ticked < shown.length}
                onChange={(isTicked) => selection.set(shown, isTicked)}
              />
            </th>
            <SortHeader name="Model" sort="key" search={search} onSort={onSort} />
            <th scope="col" className="hidden w-48 px-3 font-medium xl:table-cell">
              Library and task
            </th>
            <SortHeader
              name="Size"
              sort="size"
              search={search}
              onSort={onSort}
              className="hidden w-28 sm:table-cell"
              isNumber
            />
            <SortHeader
              name="Last used"
              sort="used"
              search={search}
              onSort={onSort}
              className="hidden w-36 md:table-cell"
            />
            <SortHeader
              name="Downloaded"
              sort="downloaded"
              search={search}
              onSort={onSort}
              className="hidden w-36 lg:table-cell"
            />
            <th scope="col" className="w-12">
              <span className="sr-only">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody ref={body}>
          {before > 0 && <Space height={before} />}
          {items.map(({ index }) => {
            const model = rows.at(index);
            return model === undefined ? (
              <SkeletonRow key={`row ${index}`} index={index} />
            ) : (
              <ModelRow
                key={model.key}
                model={model}
                index={index}
                isTicked={selection.has(model.key)}
                onTick={(isTicked) => selection.set([model], isTicked)}
              />
            );
          })}
          {after > 0 && <Space height={after} />}
        </tbody>
      </table>
    </div>
  );
}

/** Stands for the rows that are not there. */
function Space({ height }: { readonly height: number }): ReactNode {
  return (
    <tr aria-hidden>
      <td style={{ height, padding: 0 }} />
    </tr>
  );
}

function rootFontSize(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
}

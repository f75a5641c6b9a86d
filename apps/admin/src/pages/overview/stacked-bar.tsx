import type { ReactNode } from 'react';
import { formatBytes } from '../../format/bytes.ts';

export interface Part {
  readonly name: string;
  readonly value: number;
  /** A background class. */
  readonly colour: string;
}

/** Parts of a whole, as a bar and as a list: the list is what a screen reader is told. */
export function StackedBar({
  label,
  parts,
  total,
  rest,
}: {
  readonly label: string;
  readonly parts: readonly Part[];
  readonly total: number;
  /** What that is which no part takes. */
  readonly rest?: string | undefined;
}): ReactNode {
  const sum = parts.reduce((all, { value }) => all + value, 0);
  const whole = Math.max(total, sum, 1);
  const left = Math.max(0, total - sum);
  return (
    <>
      <div aria-hidden className="mt-1 flex h-5 gap-px overflow-hidden rounded-md bg-sunken">
        {parts.map(
          ({ name, value, colour }) =>
            value > 0 && (
              <span
                key={name}
                title={`${name}: ${formatBytes(value)}`}
                className={`${colour} min-w-0.5`}
                style={{ width: `${(value / whole) * 100}%` }}
              />
            ),
        )}
      </div>
      <ul aria-label={label} className="mt-3 grid gap-x-6 gap-y-1 min-[26rem]:grid-cols-2">
        {parts
          .filter(({ value }, index) => value > 0 || index === 0)
          .map(({ name, value, colour }) => (
            <li key={name} className="flex items-center gap-2 text-sm">
              <span aria-hidden className={`size-3 shrink-0 rounded-sm ${colour}`} />
              <span className="min-w-0 flex-1">{name}</span>
              <span className="tabular text-muted">{formatBytes(value)}</span>
            </li>
          ))}
        {rest !== undefined && (
          <li className="flex items-center gap-2 text-sm">
            <span aria-hidden className="size-3 shrink-0 rounded-sm border border-edge bg-sunken" />
            <span className="min-w-0 flex-1">{rest}</span>
            <span className="tabular text-muted">{formatBytes(left)}</span>
          </li>
        )}
      </ul>
    </>
  );
}

import type { ReactNode } from 'react';

/** A figure. */
export function StatTile({
  name,
  value,
  note,
}: {
  readonly name: string;
  readonly value: string;
  readonly note: string;
}): ReactNode {
  return (
    <dl className="panel min-w-0 px-4 py-3">
      <dt className="text-sm text-muted">{name}</dt>
      <dd className="tabular text-2xl font-semibold tracking-tight">{value}</dd>
      <dd className="text-sm text-muted">{note}</dd>
    </dl>
  );
}

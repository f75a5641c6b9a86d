import type { ReactNode } from 'react';

/** Names and what is known of them. */
export function Facts({
  facts,
}: {
  readonly facts: readonly (readonly [name: string, value: ReactNode])[];
}): ReactNode {
  return (
    <dl className="grid grid-cols-1 gap-x-6 gap-y-2 min-[26rem]:grid-cols-[max-content_minmax(0,1fr)]">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-sm text-muted min-[26rem]:pt-px">{name}</dt>
          <dd className="min-w-0 break-words max-[26rem]:-mt-2 max-[26rem]:mb-1">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

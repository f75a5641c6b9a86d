import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { sentence } from '../../api/api-error.ts';
import type { Overview } from '../../api/types.ts';
import { formatAgo } from '../../format/time.ts';
import { buttonClasses } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';

type Warning = Overview['warnings'][number];

const TONES = { info: 'accent', warning: 'warn', error: 'danger' } as const;

/** Where a warning is dealt with. */
const PLACES = {
  'disk-nearly-full': { to: '/models', text: 'Find what is unused' },
  'quota-nearly-used': { to: '/models', text: 'Find what is unused' },
  'source-stale': { to: '/connections', text: 'Connections' },
  'verification-failed': { to: '/jobs', text: 'Jobs' },
  'token-expires': { to: '/access', text: 'Tokens' },
  'no-users': { to: '/access', text: 'Add the first one' },
  'broken-audit': { to: '/audit', text: 'Activity log' },
} as const satisfies Readonly<Record<Warning['kind'], { to: string; text: string }>>;

/** What wants somebody's attention, the worst first. */
export function Warnings({ warnings }: { readonly warnings: Overview['warnings'] }): ReactNode {
  if (warnings.length === 0) return null;
  const order = ['error', 'warning', 'info'];
  const sorted = [...warnings].sort(
    (a, b) => order.indexOf(a.severity) - order.indexOf(b.severity),
  );
  return (
    <section aria-label="Warnings" className="flex flex-col gap-2">
      {sorted.map((warning) => (
        <Notice
          key={`${warning.kind} ${warning.subject} ${warning.message}`}
          tone={TONES[warning.severity]}
          title={sentence(warning.message)}
          action={<PlaceLink kind={warning.kind} />}
        >
          {warning.since !== null && (
            <p className="text-sm text-muted">since {formatAgo(warning.since)}</p>
          )}
        </Notice>
      ))}
    </section>
  );
}

function PlaceLink({ kind }: { readonly kind: Warning['kind'] }): ReactNode {
  const { to, text } = PLACES[kind];
  return (
    <Link
      to={to}
      {...(kind === 'disk-nearly-full'
        ? { search: { unused: '90', sort: 'size', order: 'desc' } as const }
        : {})}
      className={buttonClasses('secondary')}
    >
      {text}
    </Link>
  );
}

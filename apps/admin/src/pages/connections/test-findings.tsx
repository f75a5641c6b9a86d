import { CircleCheck, CircleMinus, CircleX } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ConnectionTest } from '../../api/types.ts';
import { Notice } from '../../ui/notice.tsx';

type Hop = ConnectionTest['hops'][number];

const NAMES: Readonly<Record<Hop['hop'], string>> = {
  dns: 'Name',
  tcp: 'Connection',
  tls: 'Encryption',
  proxy: 'Proxy',
  hub: 'Hub',
  token: 'Token',
  grant: 'Grant',
  cdn: 'Downloads',
};

const ICONS: Readonly<Record<Hop['state'], ReactNode>> = {
  ok: <CircleCheck aria-hidden className="size-5 shrink-0 text-ok" />,
  failed: <CircleX aria-hidden className="size-5 shrink-0 text-danger" />,
  skipped: <CircleMinus aria-hidden className="size-5 shrink-0 text-muted" />,
};

const STATES: Readonly<Record<Hop['state'], string>> = {
  ok: 'works',
  failed: 'failed',
  skipped: 'not tried',
};

/** Each step on the way to the upstream, and the one that failed. */
export function TestFindings({ found }: { readonly found: ConnectionTest }): ReactNode {
  return (
    <div className="flex flex-col gap-3">
      <Notice
        tone={found.ok ? 'ok' : 'danger'}
        title={found.ok ? `It works (${found.durationMs} ms)` : 'It does not work'}
        isNews
      >
        {found.message}
      </Notice>
      <ol className="flex flex-col gap-2">
        {found.hops.map(({ hop, state, message }) => (
          <li key={hop} className="flex items-start gap-2.5">
            {ICONS[state]}
            <div className="min-w-0 flex-1 break-words">
              <span className="font-medium">{NAMES[hop]}</span>{' '}
              <span className="sr-only">{STATES[state]}</span>
              <span className="text-muted">{message}</span>
            </div>
          </li>
        ))}
      </ol>
    </div>
  );
}

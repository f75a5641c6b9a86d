import type { ReactNode } from 'react';
import type { AuditEvent } from '../../api/types.ts';
import { formatTime } from '../../format/time.ts';
import { Badge } from '../../ui/badge.tsx';
import { Td } from '../../ui/table.tsx';
import { actionName } from './action-names.ts';

export function AuditRow({
  event: { time, user, action, subject, outcome, address },
}: {
  readonly event: AuditEvent;
}): ReactNode {
  return (
    <tr>
      <Td className="tabular whitespace-nowrap">{formatTime(time)}</Td>
      <Td className="max-w-48 break-words">{user}</Td>
      <Td className="min-w-48">
        {actionName(action)}
        <span className="block text-sm break-all text-muted">{subject}</span>
      </Td>
      <Td>
        {outcome === 'ok' ? <Badge tone="ok">ok</Badge> : <Badge tone="danger">{outcome}</Badge>}
      </Td>
      <Td className="hidden font-mono text-sm lg:table-cell">{address}</Td>
    </tr>
  );
}

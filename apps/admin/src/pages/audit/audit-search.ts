import { choiceParam, textParam } from '../../shell/search-params.ts';

export const SPANS = ['1', '7', '30', '90'] as const;

/** What the log is narrowed to: all of it stands in the address. */
export interface AuditSearch {
  readonly user?: string | undefined;
  readonly action?: string | undefined;
  readonly subject?: string | undefined;
  readonly outcome?: 'ok' | 'refused' | undefined;
  /** The last days. */
  readonly days?: (typeof SPANS)[number] | undefined;
}

export function parseAuditSearch(search: Record<string, unknown>): AuditSearch {
  return {
    user: textParam(search, 'user'),
    action: textParam(search, 'action'),
    subject: textParam(search, 'subject'),
    outcome: choiceParam(search, 'outcome', ['ok', 'refused'] as const),
    days: choiceParam(search, 'days', SPANS),
  };
}

const DAY_MS = 86_400_000;

/** The same as the API asks for it. */
export function toAuditQuery({ user, action, subject, outcome, days }: AuditSearch): AuditQuery {
  return {
    ...(user === undefined ? {} : { user }),
    ...(action === undefined ? {} : { action }),
    ...(subject === undefined ? {} : { subject }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(days === undefined ? {} : { from: startOf(Number(days)) }),
  };
}

/** In steps of a minute, so that the same question has the same answer for a while. */
function startOf(days: number): number {
  return Math.floor((Date.now() - days * DAY_MS) / 60_000) * 60_000;
}

interface AuditQuery {
  readonly user?: string;
  readonly action?: string;
  readonly subject?: string;
  readonly outcome?: 'ok' | 'refused';
  readonly from?: number;
}

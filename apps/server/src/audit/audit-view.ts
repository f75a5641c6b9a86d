import type { AuditEvent } from './audit-log.ts';

/** What a view of the log is narrowed to. Times are ms since the epoch. */
export interface AuditFilter {
  readonly user?: string | undefined;
  readonly action?: string | undefined;
  /** Part of it, in any case. */
  readonly subject?: string | undefined;
  /** `refused`: all but `ok`. */
  readonly outcome?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export function fits(event: AuditEvent, filter: AuditFilter): boolean {
  const { user, action, subject, outcome, from = 0, to = Number.POSITIVE_INFINITY } = filter;
  return (
    (user === undefined || event.user === user) &&
    (action === undefined || event.action === action) &&
    (subject === undefined || event.subject.toLowerCase().includes(subject.toLowerCase())) &&
    (outcome === undefined ||
      (outcome === 'refused' ? event.outcome !== 'ok' : event.outcome === outcome)) &&
    event.time >= from &&
    event.time <= to
  );
}

const COLUMNS = [
  'number',
  'time',
  'user',
  'action',
  'subject',
  'address',
  'outcome',
  'hash',
] as const;

export const CSV_HEAD: string = `${COLUMNS.join(',')}\r\n`;

/** One event as RFC 4180 has it, the time in ISO 8601. */
export function toCsvLine(event: AuditEvent): string {
  const shown = { ...event, time: new Date(event.time).toISOString() };
  return `${COLUMNS.map((name) => quote(String(shown[name]))).join(',')}\r\n`;
}

/** A table program must not take a stranger's text for a formula. */
function quote(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

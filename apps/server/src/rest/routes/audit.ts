import * as z from 'zod';
import type { AuditEvent, AuditLog } from '../../audit/audit-log.ts';
import { type AuditFilter, CSV_HEAD, fits, toCsvLine } from '../../audit/audit-view.ts';
import { OwnAnswer, type Route, route } from '../route.ts';
import { limitSchema, timeSchema } from '../schemas/common.ts';
import type { Services } from '../services.ts';

const TAG = 'audit';
const MOST_CHOICES = 500;
/** Events that are looked through for the names of actions and users. */
const MOST_LOOKED_AT = 20_000;

const auditSchema = z
  .object({
    number: z.number(),
    time: timeSchema,
    action: z.string(),
    subject: z.string(),
    user: z.string(),
    address: z.string(),
    outcome: z.string().describe('`ok`, or the code of the error.'),
    hash: z.string().describe('sha256 over this event and the hash of the one before it.'),
  })
  .meta({ id: 'AuditEvent' });

const time = z.coerce.number().int().min(0).max(8_640_000_000_000_000).optional();

const filterFields: Readonly<Record<keyof AuditFilter, z.ZodType>> = {
  user: z.string().max(64).optional(),
  action: z.string().max(64).optional(),
  subject: z.string().max(200).optional().describe('Part of it, in any case.'),
  outcome: z
    .string()
    .max(64)
    .optional()
    .describe('`ok`, the code of an error, or `refused` for all but `ok`.'),
  from: time,
  to: time,
};

interface ListQuery extends AuditFilter {
  readonly before?: number | undefined;
  readonly limit: number;
}

const listQuery: z.ZodType<ListQuery> = z.strictObject({
  ...filterFields,
  before: z.coerce.number().int().min(1).max(999_999_999_999).optional(),
  limit: limitSchema(1000, 100),
}) as unknown as z.ZodType<ListQuery>;

/** Who changed what. */
export function auditRoutes({ audit }: Services): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/audit',
      role: 'admin',
      tag: TAG,
      summary: 'Who changed what, the newest first',
      query: listQuery,
      answer: {
        status: 200,
        schema: z.object({ events: z.array(auditSchema), next: z.number().nullable() }),
      },
      async handle({ query: { before, limit, ...filter }, signal }) {
        const events: AuditEvent[] = [];
        for await (const event of matching(audit, filter, before, signal)) {
          if (events.length === limit) return { events, next: events.at(-1)?.number ?? null };
          events.push(event);
        }
        return { events, next: null };
      },
    }),
    route({
      method: 'GET',
      path: '/audit.csv',
      role: 'admin',
      tag: TAG,
      summary: 'The same as a table',
      query: z.strictObject(filterFields) as unknown as z.ZodType<AuditFilter>,
      answer: { status: 200, type: 'text/csv' },
      handle: ({ query, signal }) =>
        Promise.resolve(
          new OwnAnswer({
            status: 200,
            headers: {
              'Content-Type': 'text/csv; charset=utf-8',
              'Content-Disposition': 'attachment; filename="modelkeep-activity.csv"',
              'Cache-Control': 'no-store',
              'X-Content-Type-Options': 'nosniff',
            },
            body: {
              start: 0,
              end: Number.POSITIVE_INFINITY,
              open: () => csv(matching(audit, query, undefined, signal)),
            },
          }),
        ),
    }),
    route({
      method: 'GET',
      path: '/audit/actions',
      role: 'admin',
      tag: TAG,
      summary: 'What there is to filter by, in the newest events',
      answer: {
        status: 200,
        schema: z.object({ actions: z.array(z.string()), users: z.array(z.string()) }),
      },
      async handle({ signal }) {
        const [actions, users] = [new Set<string>(), new Set<string>()];
        let left = MOST_LOOKED_AT;
        for await (const { action, user } of audit.list()) {
          signal.throwIfAborted();
          actions.add(action);
          if (user !== '' && users.size < MOST_CHOICES) users.add(user);
          left--;
          if (left === 0) break;
        }
        return { actions: [...actions].toSorted(), users: [...users].toSorted() };
      },
    }),
    route({
      method: 'GET',
      path: '/audit/check',
      role: 'admin',
      tag: TAG,
      summary: 'Whether the audit log is whole',
      answer: {
        status: 200,
        schema: z.object({
          whole: z.boolean(),
          firstBroken: z
            .number()
            .nullable()
            .describe('Number of the first event that does not follow.'),
        }),
      },
      async handle() {
        const firstBroken = await audit.findBreak();
        return { whole: firstBroken === undefined, firstBroken: firstBroken ?? null };
      },
    }),
  ];
}

/** Newest first. */
async function* matching(
  audit: AuditLog,
  filter: AuditFilter,
  before: number | undefined,
  signal: AbortSignal,
): AsyncGenerator<AuditEvent> {
  for await (const event of audit.list(before === undefined ? {} : { before })) {
    signal.throwIfAborted();
    // Numbers grow with time; clocks of several servers differ by little.
    if (filter.from !== undefined && event.time < filter.from - CLOCKS_DIFFER_MS) return;
    if (fits(event, filter)) yield event;
  }
}

const CLOCKS_DIFFER_MS = 3_600_000;
const CHUNK_CHARACTERS = 32 * 1024;

async function* csv(events: AsyncIterable<AuditEvent>): AsyncGenerator<Uint8Array> {
  let text = CSV_HEAD;
  for await (const event of events) {
    text += toCsvLine(event);
    if (text.length < CHUNK_CHARACTERS) continue;
    yield Buffer.from(text);
    text = '';
  }
  if (text !== '') yield Buffer.from(text);
}

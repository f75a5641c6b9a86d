import { ModelkeepError } from '@modelkeep/core/spi';
import * as z from 'zod';
import { STEPS, type Step, seriesOf, startOfStep, stepFor } from '../../traffic/series.ts';
import { type Route, route } from '../route.ts';
import { timeSchema } from '../schemas/common.ts';
import { overviewSchema, toOverviewJson } from '../schemas/overview.ts';
import type { Services } from '../services.ts';

const TAG = 'store';
const USUAL_MS = 7 * 86_400_000;
const MOST_POINTS = 5000;

const time = z.coerce.number().int().min(0).max(8_640_000_000_000_000).optional();

const figures = {
  downloads: z.number().describe('Files that were asked for from their beginning.'),
  hits: z.number(),
  misses: z.number(),
  stale: z.number(),
  servedBytes: z.number(),
  fetchedBytes: z.number(),
  savedBytes: z.number().describe('Served, and sent by no source for it.'),
};

interface StatsQuery {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly step?: Step | undefined;
}

const statsQuery: z.ZodType<StatsQuery> = z.strictObject({
  from: time.describe('Default: seven days before `to`.'),
  to: time.describe('Default: now.'),
  step: z
    .enum(Object.keys(STEPS) as Step[])
    .optional()
    .describe('Default: by the length.'),
}) as unknown as z.ZodType<StatsQuery>;

/** What goes on, and what went on. */
export function overviewRoutes({ overview, traffic }: Services): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/overview',
      role: 'user',
      tag: TAG,
      summary: 'What is stored, what goes on and what to look at',
      answer: { status: 200, schema: overviewSchema },
      handle: async ({ user }) => toOverviewJson(await overview(user)),
    }),
    route({
      method: 'GET',
      path: '/stats',
      role: 'user',
      tag: TAG,
      summary: 'Downloads and bytes over time, of all servers together; kept for ninety days',
      query: statsQuery,
      answer: {
        status: 200,
        schema: z
          .object({
            from: timeSchema,
            to: timeSchema,
            step: z.number().describe('ms.'),
            points: z.array(z.object({ time: timeSchema, ...figures })),
            totals: z.object(figures),
          })
          .meta({ id: 'Stats' }),
      },
      async handle({ query }) {
        const { to = Date.now() } = query;
        const { from = Math.max(0, to - USUAL_MS) } = query;
        if (from > to) throw new ModelkeepError('invalid-argument', 'query.from: is after to');
        const step = query.step ?? stepFor(to - from);
        if ((to - from) / STEPS[step] > MOST_POINTS) {
          throw new ModelkeepError('invalid-argument', 'query.step: gives too many points');
        }
        const start = startOfStep(from, step);
        const hours = await traffic.read(start, to);
        return { from: start, to, step: STEPS[step], ...seriesOf(hours, { from, to, step }) };
      },
    }),
  ];
}

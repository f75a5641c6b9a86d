import type { User } from '@modelkeep/core';
import { ModelkeepError } from '@modelkeep/core/spi';
import * as z from 'zod';
import { JOB_KINDS, type Job } from '../../jobs/job.ts';
import { OwnAnswer, type Route, route } from '../route.ts';
import { limitSchema } from '../schemas/common.ts';
import { jobSchema, toJobJson } from '../schemas/job.ts';
import type { Services } from '../services.ts';
import { allEvents } from './all-events.ts';
import { eventStream } from './job-events.ts';

const TAG = 'jobs';
const idSchema = z.object({ id: z.string().min(1).max(100) });

/** Work that takes its time. A user sees their own jobs, an admin all. */
export function jobRoutes({ jobs }: Services): readonly Route[] {
  const find = async (id: string, user: User): Promise<Job> => {
    const job = await jobs.get(id);
    if (job === undefined || !maySee(job, user)) {
      throw new ModelkeepError('object-not-found', `there is no job ${id}`);
    }
    return job;
  };
  const change = (
    method: 'POST' | 'DELETE',
    path: string,
    summary: string,
    action: string,
    act: (id: string) => Promise<Job>,
  ): Route =>
    route({
      ...{ method, path, role: 'user', tag: TAG, summary, params: idSchema },
      answer: { status: 200, schema: jobSchema },
      audit: { action: `job.${action}`, subject: ({ params }) => params.id },
      async handle({ params, user }) {
        await find(params.id, user);
        return toJobJson(await act(params.id));
      },
    });
  return [
    route({
      method: 'GET',
      path: '/jobs',
      role: 'user',
      tag: TAG,
      summary: 'Jobs, the newest first',
      query: z.strictObject({
        state: z.string().max(20).optional(),
        kind: z.enum(JOB_KINDS).optional(),
        before: z.string().max(100).optional().describe('`next` of the page before.'),
        limit: limitSchema(500, 50),
      }),
      answer: {
        status: 200,
        schema: z.object({ jobs: z.array(jobSchema), next: z.string().nullable() }),
      },
      async handle({ query, user }) {
        const { state, kind, before, limit } = query;
        const found: Job[] = [];
        let more = false;
        for await (const job of jobs.list(before === undefined ? {} : { after: before })) {
          if (!maySee(job, user) || (state !== undefined && job.state !== state)) continue;
          if (kind !== undefined && job.kind !== kind) continue;
          more = found.length === limit;
          if (more) break;
          found.push(job);
        }
        return {
          jobs: await Promise.all(
            found.map(async (job) => toJobJson(job, await jobs.progress(job))),
          ),
          next: more ? (found.at(-1)?.id ?? null) : null,
        };
      },
    }),
    route({
      method: 'GET',
      path: '/jobs/{id}',
      role: 'user',
      tag: TAG,
      summary: 'One job',
      params: idSchema,
      answer: { status: 200, schema: jobSchema },
      async handle({ params, user }) {
        const job = await find(params.id, user);
        return toJobJson(job, await jobs.progress(job));
      },
    }),
    change('POST', '/jobs/{id}/cancel', 'End a job; what was fetched stays', 'cancel', (id) =>
      jobs.cancel(id),
    ),
    change('DELETE', '/jobs/{id}', 'Forget a job that has ended', 'forget', (id) =>
      jobs.remove(id),
    ),
    route({
      method: 'GET',
      path: '/events',
      role: 'user',
      tag: TAG,
      summary:
        'All jobs that one may see, as server-sent events: `job` with each change of its state or progress, a few times a second. Begins with those that go on. Ends after some minutes: who listens asks again.',
      answer: { status: 200, type: 'text/event-stream' },
      handle: ({ user, signal }) =>
        Promise.resolve(new OwnAnswer(allEvents(jobs, (job) => maySee(job, user), signal))),
    }),
    route({
      method: 'GET',
      path: '/jobs/{id}/events',
      role: 'user',
      tag: TAG,
      summary:
        'What happens in a job, as server-sent events: `job` with each change of its state, and the events of its work. Ends with the job.',
      params: idSchema,
      answer: { status: 200, type: 'text/event-stream' },
      async handle({ params, user, signal }) {
        await find(params.id, user);
        return new OwnAnswer(eventStream(jobs, params.id, signal));
      },
    }),
  ];
}

function maySee(job: Job, user: User): boolean {
  return user.role === 'admin' || job.user === user.name;
}

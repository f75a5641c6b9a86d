import * as z from 'zod';
import { OwnAnswer, type Route, route } from '../route.ts';
import { keySchema, nameOfKey } from '../schemas/common.ts';
import { snapshotSchema, toSnapshotJson } from '../schemas/model.ts';
import type { Services } from '../services.ts';
import { contentAnswer } from './content-answer.ts';

const TAG = 'models';

const contentSchema: z.ZodType<{ readonly key: string; readonly sha256: string }> = z.object({
  key: z.string().min(1).max(512).describe('As above; `org/name@<commit>` binds it to a commit.'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'is no sha256'),
});

/** The files of cached models, for clients on other machines. Only what is cached is ever given: no source is asked. */
export function snapshotRoutes({ cache }: Services): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/models/{key}/snapshot',
      role: 'user',
      tag: TAG,
      summary: 'The folder and the files of a cached model. Counts as a use of it.',
      params: keySchema,
      answer: { status: 200, schema: snapshotSchema },
      async handle({ params, user, signal }) {
        return toSnapshotJson(await cache.openModel(nameOfKey(params.key), { user, signal }));
      },
    }),
    route({
      method: 'GET',
      path: '/models/{key}/contents/{sha256}',
      role: 'user',
      tag: TAG,
      summary: 'The content of one file of a cached model. Can be resumed with Range.',
      params: contentSchema,
      answer: { status: 200, type: 'application/octet-stream' },
      async handle({ params, user, signal, request }) {
        const { key, sha256 } = params;
        const model = await cache.openModel(nameOfKey(key), { user, signal });
        const range = request.header('range');
        return new OwnAnswer(contentAnswer(sha256, model.content(sha256), range));
      },
    }),
  ];
}

import * as z from 'zod';
import type { Answer } from '../../http/answer.ts';
import { parseRange } from '../../http/range.ts';
import { OwnAnswer, type Route, route } from '../route.ts';
import { keySchema, nameOfKey } from '../schemas/common.ts';
import { snapshotSchema, toSnapshotJson } from '../schemas/model.ts';
import type { Services } from '../services.ts';

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
        const { size, localPath, open } = model.content(sha256);
        const asked = request.header('range');
        const range = asked === undefined ? undefined : parseRange(asked, size);
        return new OwnAnswer(contentAnswer(sha256, size, range, localPath, open));
      },
    }),
  ];
}

function contentAnswer(
  sha256: string,
  size: number,
  range: ReturnType<typeof parseRange>,
  localPath: string | undefined,
  open: (range: { start: number; end: number }) => AsyncIterable<Uint8Array>,
): Answer {
  if (range === 'beyond') return { status: 416, headers: { 'Content-Range': `bytes */${size}` } };
  const { start, end } = range ?? { start: 0, end: size };
  return {
    status: range === undefined ? 200 : 206,
    headers: {
      'Content-Type': 'application/octet-stream',
      'Content-Length': String(end - start),
      'Accept-Ranges': 'bytes',
      ETag: `"${sha256}"`,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      ...(range === undefined ? {} : { 'Content-Range': `bytes ${start}-${end - 1}/${size}` }),
    },
    body: { start, end, ...(localPath && { localPath }), open: () => open({ start, end }) },
  };
}

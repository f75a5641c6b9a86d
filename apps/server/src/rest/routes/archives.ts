import * as z from 'zod';
import type { Route } from '../route.ts';
import { OwnAnswer, route } from '../route.ts';
import { formatSchema } from '../schemas/actions.ts';
import { flagSchema, keySchema, nameOfKey } from '../schemas/common.ts';
import type { Services } from '../services.ts';
import { archiveAnswer } from './archive-answer.ts';

/** Models as archives. */
export function archiveRoutes({ cache }: Services): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/models/{key}/archive',
      role: 'user',
      tag: 'models',
      summary:
        'Export a model. A tar, and a zip without compress, has a known size and can be resumed: Range with the ETag as If-Range.',
      params: keySchema,
      query: z.strictObject({ format: formatSchema, compress: flagSchema }),
      answer: { status: 200, type: 'application/octet-stream' },
      async handle({ params, query, user, request, signal }) {
        return new OwnAnswer(
          await archiveAnswer(
            cache,
            nameOfKey(params.key),
            { format: query.format, compress: query.compress ?? false },
            { user, signal, header: (name) => request.header(name) },
          ),
        );
      },
    }),
  ];
}

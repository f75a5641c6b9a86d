import * as z from 'zod';
import { type Route, route } from '../route.ts';
import { timeSchema } from '../schemas/common.ts';
import type { Services } from '../services.ts';

const uploadSchema = z
  .object({
    id: z.string(),
    fileName: z.string().nullable(),
    size: z.number().nullable(),
    offset: z.number().describe('Bytes that are here.'),
    createdAt: timeSchema.nullable(),
    complete: z.boolean(),
  })
  .meta({ id: 'Upload' });

/** What came by tus, which has the other routes of this path. */
export function uploadRoutes({ uploads }: Services): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/uploads',
      role: 'admin',
      tag: 'uploads',
      summary: 'Archives on their way in, and those that nobody has imported yet',
      answer: { status: 200, schema: z.object({ uploads: z.array(uploadSchema) }) },
      handle: async () => ({ uploads: await uploads.list() }),
    }),
  ];
}

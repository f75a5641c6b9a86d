import { ModelkeepError } from '@modelkeep/core/spi';
import * as z from 'zod';
import { readCard } from '../../models/model-card.ts';
import { OwnAnswer, type Route, route } from '../route.ts';
import { flagSchema, keySchema, nameOfKey } from '../schemas/common.ts';
import { cardSchema } from '../schemas/model.ts';
import type { Services } from '../services.ts';
import { disposition } from './archive-answer.ts';
import { contentAnswer } from './content-answer.ts';

const TAG = 'models';

/** What a page may show as it is. An SVG is none of these: it may have scripts in it. */
const IMAGES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
};

/** For a file of strangers that is opened by itself. */
const HARMLESS = {
  'Content-Security-Policy': "default-src 'none'; sandbox",
  'Cross-Origin-Resource-Policy': 'same-origin',
};

const fileSchema: z.ZodType<{ readonly key: string; readonly path: string }> = z.object({
  key: z.string().min(1).max(512),
  path: z.string().min(1).max(1024).describe('In the model, encoded as one name: `a%2Fb.png`.'),
});

/** What is in a model's files, for who looks at it; no use of it. */
export function modelFileRoutes({ cache }: Services): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/models/{key}/card',
      role: 'user',
      tag: TAG,
      summary: 'The README of a model',
      params: keySchema,
      answer: { status: 200, schema: cardSchema },
      async handle({ params, user, signal }) {
        const name = nameOfKey(params.key);
        return readCard(await cache.openModel(name, { user, signal, countUse: false }));
      },
    }),
    route({
      method: 'GET',
      path: '/models/{key}/files/{path}',
      role: 'user',
      tag: TAG,
      summary: 'One file of a cached model, as a download',
      params: fileSchema,
      query: z.strictObject({
        inline: flagSchema.describe('Show an image in place (PNG, JPEG, GIF, WebP, AVIF).'),
      }),
      answer: { status: 200, type: 'application/octet-stream' },
      async handle({ params: { key, path }, query, user, signal, request }) {
        const model = await cache.openModel(nameOfKey(key), { user, signal, countUse: false });
        const digest = model.files.find((file) => file.path === path)?.digest;
        if (digest === undefined) {
          throw new ModelkeepError('file-not-found', `${model.key} has no file ${path}`);
        }
        const [, extension = ''] = /\.([a-z]+)$/.exec(path.toLowerCase()) ?? [];
        const image = query.inline === true ? IMAGES[extension] : undefined;
        const headers = {
          ...HARMLESS,
          ...(image === undefined
            ? { 'Content-Disposition': disposition(path.slice(path.lastIndexOf('/') + 1)) }
            : { 'Content-Type': image }),
        };
        return new OwnAnswer(
          contentAnswer(digest, model.content(digest), request.header('range'), headers),
        );
      },
    }),
  ];
}

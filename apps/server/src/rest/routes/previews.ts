import type { PullPreview } from '@modelkeep/core';
import { isModelkeepError } from '@modelkeep/core/spi';
import * as z from 'zod';
import { evict } from '../../jobs/evict.ts';
import { licenseOf } from '../../models/model-index.ts';
import { type Route, route } from '../route.ts';
import { formatSchema, modelsSchema, pullSchema } from '../schemas/actions.ts';
import { nameOfKey } from '../schemas/common.ts';
import { evictionResultSchema, evictionSchema } from '../schemas/eviction.ts';
import {
  deletionPreviewSchema,
  exportsPreviewSchema,
  pullPreviewSchema,
} from '../schemas/previews.ts';
import type { Services } from '../services.ts';

const TAG = 'previews';
const MOST_FILES = 1000;

/** What an action would do; nothing is changed. */
export function previewRoutes({ cache }: Services): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/pulls/preview',
      role: 'user',
      tag: TAG,
      summary: 'What a pull would fetch, whether it fits, and whether one may',
      body: pullSchema,
      answer: { status: 200, schema: pullPreviewSchema },
      async handle({ body: { model, connection, include, exclude }, user, signal }) {
        return toPullJson(
          await cache.inspection.previewPull(nameOfKey(model), {
            ...(connection === undefined ? {} : { connection }),
            ...(include === undefined ? {} : { include }),
            ...(exclude === undefined ? {} : { exclude }),
            user,
            signal,
          }),
        );
      },
    }),
    route({
      method: 'POST',
      path: '/deletions/preview',
      role: 'admin',
      tag: TAG,
      summary: 'What removing models would free, each alone and all together',
      body: modelsSchema,
      answer: { status: 200, schema: deletionPreviewSchema },
      async handle({ body: { models }, user, signal }) {
        const asked = new Map(models.map((model) => [nameOfKey(model), model]));
        const preview = await cache.inspection.previewRemoval([...asked.keys()], { user, signal });
        return {
          ...preview,
          models: preview.models.map((model) => ({ ...model, lastUsed: model.lastUsed ?? null })),
          missing: preview.missing.map((name) => asked.get(name) ?? name),
          sizeInBytes: preview.models.reduce((sum, model) => sum + model.sizeInBytes, 0),
        };
      },
    }),
    route({
      method: 'POST',
      path: '/evict/preview',
      role: 'admin',
      tag: TAG,
      summary: 'What an eviction would remove, what it would leave, and why',
      body: evictionSchema,
      answer: { status: 200, schema: evictionResultSchema },
      handle: ({ body, user, signal }) =>
        evict({ cache, user, signal, onEvent: () => {} }, { ...body, dryRun: true }),
    }),
    route({
      method: 'POST',
      path: '/exports/preview',
      role: 'user',
      tag: TAG,
      summary: 'Where the archives of models are had, and how large they are',
      body: z.strictObject({
        ...modelsSchema.shape,
        format: formatSchema,
        compress: z.boolean().default(false).describe('Deflate what is in a zip.'),
      }),
      answer: { status: 200, schema: exportsPreviewSchema },
      async handle({ body: { models, format, compress }, user, signal }) {
        const exports: {
          key: string;
          fileName: string;
          size: number | null;
          complete: boolean;
          href: string;
        }[] = [];
        const missing: string[] = [];
        for (const model of new Set(models)) {
          const name = nameOfKey(model);
          const absent = (error: unknown): undefined => {
            if (isModelkeepError(error, 'invalid-argument')) throw error;
            return undefined;
          };
          const found = await cache
            .exportModel(name, { format, compress, user, signal })
            .catch(absent);
          const entry = found && (await cache.findModel(name, { user, signal }).catch(absent));
          signal.throwIfAborted();
          // Closed unread: nothing has been opened for it.
          await found?.stream.cancel();
          if (found === undefined || entry === undefined) missing.push(model);
          else {
            const href = `models/${encodeURIComponent(model)}/archive?format=${format}${compress ? '&compress=true' : ''}`;
            const { fileName, size = null } = found;
            exports.push({ key: model, fileName, size, complete: entry.complete, href });
          }
        }
        const sizes = exports.map(({ size }) => size);
        const isKnown = sizes.every((size) => size !== null);
        const totalBytes = isKnown ? sizes.reduce((sum, size) => sum + size, 0) : null;
        return { exports, missing, totalBytes };
      },
    }),
  ];
}

function toPullJson(preview: PullPreview): object {
  const { files, freeBytes, libraryName, pipelineName, cached, ...facts } = preview;
  return {
    ...facts,
    libraryName: libraryName ?? null,
    pipelineName: pipelineName ?? null,
    license: licenseOf(preview.tags) ?? null,
    files: files.slice(0, MOST_FILES),
    fileCount: files.length,
    freeBytes: freeBytes ?? null,
    cached:
      cached === undefined ? null : { ...cached, sameCommit: cached.commit === preview.commit },
  };
}

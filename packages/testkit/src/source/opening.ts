import type { ModelSource, OpenFileOptions, RemoteBody, RemoteFile } from '@modelkeep/core/spi';
import { describe, expect } from 'vitest';
import { expectBytes } from '../suite/expect-bytes.ts';
import { expectCode, expectReason } from '../suite/expect-failure.ts';
import { collectBytes } from '../tools/bytes.ts';
import { seededRandom } from '../tools/seeded.ts';
import type { SourceGiven, SourceTest } from './source-test.ts';

export function describeOpening(test: SourceTest): void {
  describe('open', () => {
    test('gives each file whole', async ({ source, model, list }) => {
      const listed = await list();
      for (const { path, content } of model.files.slice(0, 50)) {
        const file = listed.get(path);
        if (file === undefined) expect.fail(`${path} is not listed`);
        const opened = await source.open(model.modelId, model.commit, file);
        expect(opened.start, path).toBe(0);
        expect(opened.size ?? content.length, path).toBe(content.length);
        const bytes = await collectBytes(opened.body);
        expectBytes(bytes, content, path);
      }
    });

    test('gives a file of no bytes', async ({ source, model, file, context }) => {
      const empty = model.files.find(({ content }) => content.length === 0);
      if (empty === undefined) context.skip('the model has no file of 0 bytes');
      const { remote } = await file(empty?.path ?? '');
      const { body } = await source.open(model.modelId, model.commit, remote);
      expect((await collectBytes(body)).length).toBe(0);
    });

    test('gives exactly the range, or says that it begins at 0', async (given) => {
      const { remote, content } = await given.largest();
      const random = seededRandom(6);
      const ranges: OpenFileOptions[] = [
        { start: 0, end: 1 },
        { start: content.length - 1 },
        { start: 1 },
        { end: 1000 },
        { start: 65_535, end: 65_537 },
        ...Array.from({ length: 10 }, () => {
          const start = Math.floor(random() * (content.length - 1));
          return { start, end: start + 1 + Math.floor(random() * (content.length - start - 1)) };
        }),
      ];
      for (const range of ranges) await expectRange(given, remote, content, range);
    });

    test('serves many ranges of one file at once', async (given) => {
      const { remote, content } = await given.largest();
      const part = Math.ceil(content.length / 8);
      await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          expectRange(given, remote, content, {
            start: index * part,
            end: Math.min((index + 1) * part, content.length),
          }),
        ),
      );
    });

    test('gives one identity for one content, whole or in ranges', async (given) => {
      const { remote } = await given.largest();
      const etags = new Set<string | undefined>();
      for (const range of [{}, { start: 10 }, { start: 5, end: 6 }]) {
        const opened = await openIn(given, remote, range);
        etags.add(opened.etag);
        await collectBytes(opened.body);
      }
      expect([...etags]).toHaveLength(1);
    });

    test('tells an unknown file, and an unknown model', async ({ source, model, largest }) => {
      const { remote } = await largest();
      const absent = { ...remote, path: 'no such/file.bin' };
      const error = await expectCode(
        () => readAll(source, model.modelId, model.commit, absent),
        'file-not-found',
      );
      expect(error.retryable).toBe(false);
      expect(error.message).toContain('no such/file.bin');
      await expectCode(
        () => readAll(source, 'modelkeep-test/absent', model.commit, remote),
        'model-not-found',
      );
    });

    test('rejects with the signal’s own reason, before and amid the bytes', async (given) => {
      const { source, model } = given;
      const { remote } = await given.largest();
      const reason = { why: 'the test ends it' };
      const { modelId, commit } = model;
      const signal = AbortSignal.abort(reason);
      await expectReason(() => source.open(modelId, commit, remote, { signal }), reason);
      const controller = new AbortController();
      const { body } = await source.open(modelId, commit, remote, { signal: controller.signal });
      await expectReason(async () => {
        for await (const _ of body) controller.abort(reason);
      }, reason);
    });

    test('lets a body be left early, and closes its connection', async (given) => {
      const { remote } = await given.largest();
      for (let round = 0; round < 20; round += 1) {
        const { body } = await openIn(given, remote, {});
        for await (const chunk of body) {
          expect(chunk).toBeInstanceOf(Uint8Array);
          break;
        }
      }
    });
  });
}

async function openIn(
  { source, model }: SourceGiven,
  file: RemoteFile,
  options: OpenFileOptions,
): Promise<RemoteBody> {
  return await source.open(model.modelId, model.commit, file, options);
}

async function readAll(
  source: ModelSource,
  modelId: string,
  commit: string,
  file: RemoteFile,
): Promise<Uint8Array> {
  return await collectBytes((await source.open(modelId, commit, file)).body);
}

async function expectRange(
  given: SourceGiven,
  file: RemoteFile,
  content: Uint8Array,
  range: OpenFileOptions,
): Promise<void> {
  const { start = 0, end = content.length } = range;
  const opened = await openIn(given, file, range);
  const bytes = await collectBytes(opened.body);
  const whole = opened.start === 0 && bytes.length === content.length;
  if (!whole) expect(opened.start).toBe(start);
  expectBytes(bytes, whole ? content : content.subarray(start, end), `${start}-${end}`);
}

import { describe, expect } from 'vitest';
import { expectCode, expectReason } from '../suite/expect-failure.ts';
import { listAll } from '../suite/list-all.ts';
import { gitOidOf, sha256Of } from '../tools/bytes.ts';
import type { SourceTest } from './source-test.ts';

const NO_COMMIT = '0123456789abcdef0123456789abcdef01234567';

export function describeListing(test: SourceTest): void {
  describe('listFiles', () => {
    test('gives every file once, and no folder', async ({ source, model }) => {
      const listed = await listAll(source.listFiles(model.modelId, model.commit));
      expect(listed.map(({ path }) => path).sort()).toEqual(
        model.files.map(({ path }) => path).sort(),
      );
    });

    test('gives the size and the identity of each content', async ({ model, list }) => {
      const listed = await list();
      for (const { path, content, lfs } of model.files) {
        const file = listed.get(path);
        expect({ size: file?.size, lfs: file?.lfs }, path).toEqual({ size: content.length, lfs });
        if (lfs) expect(file?.digest, path).toBe(sha256Of(content));
        else expect(file?.gitOid, path).toBe(gitOidOf(content));
        if (file?.digest !== undefined) expect(file.digest, path).toBe(sha256Of(content));
      }
    });

    test('tells an unknown model and an unknown commit', async ({ source, model }) => {
      const listing = (modelId: string, commit: string) => (): unknown =>
        listAll(source.listFiles(modelId, commit));
      await expectCode(listing('modelkeep-test/absent', model.commit), 'model-not-found');
      await expectCode(listing(model.modelId, NO_COMMIT), 'revision-not-found');
    });

    test('can be left early', async ({ source, model }) => {
      for await (const file of source.listFiles(model.modelId, model.commit)) {
        expect(file.path).not.toBe('');
        break;
      }
    });

    test('rejects with the signal’s own reason', async ({ source, model }) => {
      const reason = { why: 'the test ends it' };
      const { modelId, commit } = model;
      const signal = AbortSignal.abort(reason);
      await expectReason(() => listAll(source.listFiles(modelId, commit, { signal })), reason);
      const controller = new AbortController();
      await expectReason(async () => {
        for await (const _ of source.listFiles(modelId, commit, controller)) {
          controller.abort(reason);
        }
      }, reason);
    });
  });
}

import { isModelkeepError } from '@modelkeep/core/spi';
import { describe, expect } from 'vitest';
import { declared } from '../suite/declared.ts';
import { expectCode, expectReason, failureOf } from '../suite/expect-failure.ts';
import type { SourceTest } from './source-test.ts';

const NO_COMMIT = '0123456789abcdef0123456789abcdef01234567';

export function describeResolving(test: SourceTest): void {
  describe('resolve', () => {
    test('binds a branch to its commit', async ({ source, model }) => {
      const resolved = await source.resolve(model.modelId, model.revision);
      expect(resolved).toMatchObject({ modelId: model.modelId, commit: model.commit });
      expect(resolved.commit).toMatch(/^[0-9a-f]{40}$/);
      expect(resolved.tags.every((tag) => typeof tag === 'string')).toBe(true);
      expect({ gated: resolved.gated, private: resolved.private }).toEqual({
        gated: false,
        private: false,
      });
      if (resolved.lastModified !== undefined) {
        expect(new Date(resolved.lastModified).getTime()).not.toBeNaN();
      }
    });

    test('names the page of the model, its id percent-encoded', async ({ source, model }) => {
      const { url } = await source.resolve(model.modelId, model.revision);
      const expected = `/${encodeURIComponent(model.modelId)}/tree/${model.revision}`;
      expect(new URL(url).pathname.endsWith(expected), url).toBe(true);
    });

    test('takes a commit as it is', async ({ source, model }) => {
      const { commit } = await source.resolve(model.modelId, model.commit);
      expect(commit).toBe(model.commit);
    });

    test('gives the id by which the upstream knows the model now', async (given) => {
      const { source, model, context } = given;
      const alias = declared(context, model.alias, 'alias');
      const resolved = await source.resolve(alias, model.revision);
      expect(resolved).toMatchObject({ modelId: model.modelId, commit: model.commit });
    });

    test('tells an unknown model', async ({ source }) => {
      for (const modelId of ['modelkeep-test/absent', 'modelkeep-test-absent']) {
        const error = await expectCode(() => source.resolve(modelId, 'main'), 'model-not-found');
        expect(error.retryable).toBe(false);
        expect(error.message).toContain(modelId);
      }
    });

    test('tells an unknown revision, by name', async ({ source, model }) => {
      for (const revision of ['no-such-branch', 'no/such/branch', NO_COMMIT]) {
        const call = (): unknown => source.resolve(model.modelId, revision);
        const error = await expectCode(call, 'revision-not-found');
        expect(error.retryable).toBe(false);
        expect(error.message).toContain(revision);
      }
    });

    test('fails in an orderly way for a hostile name', async ({ source }) => {
      const names = ['', '..', '../..', 'a/../b', '/', 'a//b', 'a b/c', 'a/b?x=1', 'a/b#c', 'é/ü'];
      for (const modelId of names) {
        const error = await failureOf(() => source.resolve(modelId, 'main'));
        expect(isModelkeepError(error), `${modelId}: ${error}`).toBe(true);
      }
    });

    test('rejects with the signal’s own reason', async ({ source, model }) => {
      const reason = { why: 'the test ends it' };
      const signal = AbortSignal.abort(reason);
      await expectReason(() => source.resolve(model.modelId, model.revision, { signal }), reason);
      const controller = new AbortController();
      const resolving = source.resolve(model.modelId, model.revision, controller);
      controller.abort(reason);
      await expectReason(() => resolving, reason);
    });
  });

  describe('listRevisions', () => {
    test('names the branches', async ({ source, model, context }) => {
      const listRevisions = declared(context, source.listRevisions, 'listRevisions').bind(source);
      expect(await listRevisions(model.modelId)).toContainEqual(
        expect.objectContaining({ name: model.revision, commit: model.commit }),
      );
      await expectCode(() => listRevisions('modelkeep-test/absent'), 'model-not-found');
    });
  });

  describe('contract', () => {
    test('is of version 1 and says whose it is, without credentials', async ({ source }) => {
      expect(source.specificationVersion).toBe('v1');
      expect(source.name).not.toBe('');
      const { username, password, search } = new URL(source.endpoint);
      expect([username, password, search]).toEqual(['', '', '']);
    });
  });
}

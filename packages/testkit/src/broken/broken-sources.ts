import { abortable, isModelkeepError, ModelkeepError, type ModelSource } from '@modelkeep/core/spi';
import { memorySubject } from '../source/memory-subject.ts';
import type { SourceSubject } from '../source/source-test.ts';
import type { BrokenFake } from './broken-fake.ts';

type Change = (source: ModelSource) => Partial<ModelSource>;

function broken(name: string, fails: string, change: Change): BrokenFake<SourceSubject> {
  return {
    name,
    fails,
    create: () => memorySubject((source) => ({ ...source, ...change(source) })),
  };
}

/** The source, but its `resolve` fails with what `change` makes of the error. */
function resolveFailingWith(change: (error: ModelkeepError) => Error): Change {
  return (source) => ({
    resolve: (modelId, revision, options) =>
      source.resolve(modelId, revision, options).catch((error: unknown) => {
        throw isModelkeepError(error) ? change(error) : error;
      }),
  });
}

export const BROKEN_SOURCES: readonly BrokenFake<SourceSubject>[] = [
  broken('gives each file short', 'open > gives each file whole', (source) => ({
    open: (modelId, commit, file, options) =>
      source.open(modelId, commit, file, { ...options, end: (options?.end ?? file.size) - 1 }),
  })),
  broken(
    'says that it gives a range, and gives all',
    'open > gives exactly the range, or says that it begins at 0',
    (source) => ({
      async open(modelId, commit, file, { start = 0, end: _, ...options } = {}) {
        return { ...(await source.open(modelId, commit, file, options)), start };
      },
    }),
  ),
  broken(
    'gives each answer an identity of its own',
    'open > gives one identity for one content, whole or in ranges',
    (source) => {
      let answers = 0;
      return {
        async open(...call) {
          answers += 1;
          return { ...(await source.open(...call)), etag: `"${answers}"` };
        },
      };
    },
  ),
  broken('lists one page only', 'listFiles > gives every file once, and no folder', (source) => ({
    async *listFiles(...call) {
      let count = 0;
      for await (const file of source.listFiles(...call)) {
        count += 1;
        if (count > 1000) return;
        yield file;
      }
    },
  })),
  broken(
    'gives the size of the pointer',
    'listFiles > gives the size and the identity of each content',
    (source) => ({
      async *listFiles(...call) {
        for await (const file of source.listFiles(...call)) {
          yield file.lfs ? { ...file, size: 134 } : file;
        }
      },
    }),
  ),
  broken(
    'calls an unknown revision an unknown model',
    'resolve > tells an unknown revision, by name',
    resolveFailingWith((error) =>
      error.code === 'revision-not-found'
        ? new ModelkeepError('model-not-found', error.message)
        : error,
    ),
  ),
  broken(
    'keeps the id that was asked for',
    'resolve > gives the id by which the upstream knows the model now',
    (source) => ({
      async resolve(modelId, ...call) {
        return { ...(await source.resolve(modelId, ...call)), modelId };
      },
    }),
  ),
  broken(
    'leaves the slash of the id as it is',
    'resolve > names the page of the model, its id percent-encoded',
    (source) => ({
      async resolve(...call) {
        const resolved = await source.resolve(...call);
        return { ...resolved, url: resolved.url.replace('%2F', '/') };
      },
    }),
  ),
  broken(
    'takes an outage for the end',
    'an upstream > that fails (down) is source-unavailable, retryable, by host',
    resolveFailingWith((error) =>
      error.code === 'source-unavailable' ? new ModelkeepError(error.code, error.message) : error,
    ),
  ),
  broken(
    'forgets how long it was asked to wait',
    'an upstream > that asks to wait is rate-limited, with the time',
    resolveFailingWith(
      (error) => new ModelkeepError(error.code, error.message, { retryable: error.retryable }),
    ),
  ),
  broken(
    'tells its token',
    'an upstream > that gates a model is gated',
    resolveFailingWith((error) => {
      const cause = new Error('GET with hf_secretsecretsecretsecretsecretsecret');
      return new ModelkeepError(error.code, error.message, { cause, retryable: error.retryable });
    }),
  ),
  broken(
    'takes a stall for the end of the file',
    'an upstream > that breaks off a body (stallBodies) gives what came, then a retryable failure',
    (source) => ({
      async open(...call) {
        const opened = await source.open(...call);
        async function* patient(): AsyncGenerator<Uint8Array, void, undefined> {
          try {
            yield* opened.body;
          } catch (error) {
            if (!isModelkeepError(error, 'source-unavailable')) throw error;
          }
        }
        return { ...opened, body: patient() };
      },
    }),
  ),
  broken(
    'does not listen to the signal',
    'open > rejects with the signal’s own reason, before and amid the bytes',
    (source) => ({
      open: (modelId, commit, file, { signal: _, ...options } = {}) =>
        source.open(modelId, commit, file, options),
    }),
  ),
  broken(
    'leaves the connection of a body open',
    'open > lets a body be left early, and closes its connection',
    (source) => ({
      async open(modelId, commit, file, options = {}) {
        const opened = await source.open(modelId, commit, file, options);
        const iterator = opened.body[Symbol.asyncIterator]();
        const held = { [Symbol.asyncIterator]: () => ({ next: () => iterator.next() }) };
        return { ...opened, body: abortable(held, options.signal) };
      },
    }),
  ),
];

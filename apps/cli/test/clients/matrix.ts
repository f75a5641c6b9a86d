import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ON_OTHER_BACKENDS } from '../support/chosen-store.ts';
import { STATES, type Stage, setStage } from './stage.ts';

/** An unmodified client, and what it must come to in each state of the cache. */
export interface Client {
  readonly name: string;
  /** Puts the model on the Hub. Returns its commit. */
  readonly publish: (stage: Stage) => Promise<string>;
  /** Does everything, in a new process and an empty home, and tells what came of it. */
  readonly run: (stage: Stage) => Promise<unknown>;
  readonly expected: (commit: string) => unknown;
  /** Files that must be fetched once in all, by glob, and their bytes. */
  readonly fetched: Readonly<Record<string, number>>;
  /** Whether other clients say the same of other backends. */
  readonly onFolderOnly?: boolean;
}

/** One row of the matrix: a client in every state, one after another. */
export function throughStates(client: Client): void {
  describe.skipIf(ON_OTHER_BACKENDS && client.onFolderOnly)(client.name, () => {
    let stage: Stage;
    let commit: string;
    beforeAll(async () => {
      stage = await setStage();
      commit = await client.publish(stage);
    });
    afterAll(() => stage[Symbol.asyncDispose]());

    it.each(STATES)('%s', async (state) => {
      await stage.enter(state);
      expect(await client.run(stage)).toEqual(client.expected(commit));
      const fetched = Object.keys(client.fetched).map((glob) => [glob, stage.hub.bodyBytes(glob)]);
      expect(Object.fromEntries(fetched)).toEqual(client.fetched);
    });
  });
}

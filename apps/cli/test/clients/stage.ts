import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type FakeHub, startFakeHub } from '@modelkeep/testkit/fake-hub';
import { type Bench, createBench } from '../modelkeep.ts';
import { type RunningServer, startServer } from '../server/start-server.ts';
import { holdPort } from '../support/hold-port.ts';

/** What a cache may be in when a client asks it. */
export const STATES = ['cold', 'warm', 'with the upstream gone', 'with a silent upstream'] as const;
export type State = (typeof STATES)[number];

/** A server in front of a fake Hub that gives out Xet hints, as the real one does. */
export interface Stage extends AsyncDisposable {
  readonly hub: FakeHub;
  readonly bench: Bench;
  readonly url: string;
  /** Brings everything into the state. */
  enter(state: State): Promise<void>;
  /** What a client is set to: the server as its Hub, an empty home of its own, and all else as it comes. */
  client(more?: Readonly<Record<string, string>>): Promise<NodeJS.ProcessEnv>;
}

export async function setStage(serve: readonly string[] = []): Promise<Stage> {
  const hub = await startFakeHub({ xet: true });
  const bench = await createBench({ HF_ENDPOINT: hub.url });
  let server: RunningServer = await startServer(bench, { args: serve });
  let homes = 0;
  const held = new AsyncDisposableStack();

  /** Another server on the same store, for which nothing that was said of a branch is fresh. */
  async function restart(): Promise<void> {
    await server.end('SIGTERM');
    await bench.configure('server: { freshSeconds: 0 }\n');
    server = await startServer(bench, { args: serve });
  }

  return {
    hub,
    bench,
    get url() {
      return server.url;
    },
    async enter(state) {
      if (state === 'with the upstream gone') {
        await hub.stop();
        for (const { url } of [hub, hub.cdn]) held.use(await holdPort(url));
        await restart();
      }
      if (state === 'with a silent upstream') {
        await hub.restart();
        hub.faults.add({ kind: 'silence' });
        await restart();
      }
    },
    async client(more = {}) {
      homes += 1;
      const home = join(bench.folder, `client-${homes}`);
      await mkdir(home);
      return {
        PATH: process.env['PATH'],
        HOME: home,
        HF_HOME: join(home, 'hf'),
        HF_ENDPOINT: server.url,
        NO_PROXY: '*',
        ...more,
      };
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await bench[Symbol.asyncDispose]();
      await hub[Symbol.asyncDispose]();
      await held.disposeAsync();
    },
  };
}

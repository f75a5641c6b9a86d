import type { Bench } from '../modelkeep.ts';
import { type RunningServer, startServer } from '../server/start-server.ts';
import type { SharedStore } from '../support/shared-store.ts';

/** A server of a shared store, on a machine of its own as far as it knows. */
export interface Node {
  readonly bench: Bench;
  readonly server: RunningServer;
}

/** Servers of one store. Disposing of it kills them. */
export interface Fleet extends AsyncDisposable {
  readonly nodes: readonly Node[];
  /** The one that fetches a large file at this moment. */
  leader(): Node | undefined;
}

export async function startFleet(store: SharedStore, count: number): Promise<Fleet> {
  const start = async (): Promise<Node> => {
    const bench = await store.node();
    return { bench, server: await startServer(bench) };
  };
  // The first one alone makes the schema: the others need not wait for it.
  const nodes = [await start()];
  nodes.push(...(await Promise.all(Array.from({ length: count - 1 }, start))));
  return {
    nodes,
    leader() {
      const owners = store.postgres.psql(
        store.database,
        `select owner from leases where key like 'flight/%'`,
      );
      const [, pid] = owners.split('/');
      return nodes.find(({ server }) => server.child.pid === Number(pid));
    },
    async [Symbol.asyncDispose]() {
      for (const { bench, server } of nodes) {
        await server[Symbol.asyncDispose]();
        await bench[Symbol.asyncDispose]();
      }
    },
  };
}

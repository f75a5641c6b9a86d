import type { Bench } from '../modelkeep.ts';
import { type RunningServer, startServer } from '../server/start-server.ts';
import type { SharedStore } from '../support/shared-store.ts';

/** A server of a shared store, on a machine of its own as far as it knows. */
export interface Node {
  readonly bench: Bench;
  readonly server: RunningServer;
  /** Starts the server again after its end, at another port. */
  restart(): Promise<void>;
}

/** Servers of one store. Disposing of it kills them. */
export interface Fleet extends AsyncDisposable {
  readonly nodes: readonly Node[];
  /** The one that fetches a large file at this moment. */
  leader(): Node | undefined;
}

/** `envs`: more of the environment of each node. */
export async function startFleet(
  store: SharedStore,
  count: number,
  envs: readonly Readonly<Record<string, string>>[] = [],
): Promise<Fleet> {
  const start = async (index: number): Promise<Node> => {
    const bench = await store.node();
    const serve = (): Promise<RunningServer> => startServer(bench, { env: envs[index] ?? {} });
    let server = await serve();
    return {
      bench,
      get server() {
        return server;
      },
      async restart() {
        server = await serve();
      },
    };
  };
  // The first one alone makes the schema: the others need not wait for it.
  const nodes = [await start(0)];
  nodes.push(
    ...(await Promise.all(Array.from({ length: count - 1 }, (_, index) => start(index + 1)))),
  );
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

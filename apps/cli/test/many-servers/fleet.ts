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
  /** Digests of the large files that it fetches or stores at this moment, or did when it died. */
  flightsOf(node: Node): readonly string[];
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
  const flights = (): { readonly pid: number; readonly digest: string }[] => {
    const sql = `select owner, key from leases where key like 'flight/sha256-%'`;
    const rows = store.postgres.psql(store.database, sql).split('\n').filter(Boolean);
    return rows.map((row) => ({ pid: Number(row.split('/')[1]), digest: row.slice(-64) }));
  };
  return {
    nodes,
    leader() {
      const pids = new Set(flights().map(({ pid }) => pid));
      return nodes.find(({ server }) => pids.has(server.child.pid ?? 0));
    },
    flightsOf: ({ server }) =>
      flights().flatMap(({ pid, digest }) => (pid === server.child.pid ? [digest] : [])),
    async [Symbol.asyncDispose]() {
      for (const { bench, server } of nodes) {
        await server[Symbol.asyncDispose]();
        await bench[Symbol.asyncDispose]();
      }
    },
  };
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultyProxy, PostgresServer, S3Faults } from '@modelkeep/test-servers';
import type { Dice } from '../support/seeded.ts';
import type { Fleet } from './fleet.ts';
import type { ModelHistory } from './history.ts';

/** Leases of the servers end after this. */
export const LEASE_MS = 1000;

interface Victims {
  readonly fleet: Fleet;
  readonly postgres: PostgresServer;
  readonly proxy: FaultyProxy;
  readonly random: Dice;
  readonly histories: readonly ModelHistory[];
}

async function faultyS3({ proxy, random }: Victims, faults: S3Faults): Promise<void> {
  proxy.setFaults(faults, () => random.number());
  await sleep(1000);
  proxy.setFaults({});
}

/** What happens to servers and to what they stand on. Each heals what it did. */
export const NEMESES: Readonly<Record<string, (victims: Victims) => Promise<void>>> = {
  async 'kill -9'({ fleet, random, histories }) {
    const node = fleet.leader() ?? random.pick(fleet.nodes);
    const flights = fleet.flightsOf(node);
    await node.server.end('SIGKILL');
    const lost = [...flights, ...fleet.flightsOf(node)];
    for (const history of histories) history.mayBeLost(lost);
    await sleep(random.below(300));
    await node.restart();
  },
  async 'sleep past the lease'({ fleet, random }) {
    const { child } = (fleet.leader() ?? random.pick(fleet.nodes)).server;
    child.kill('SIGSTOP');
    await sleep(LEASE_MS + random.below(500));
    child.kill('SIGCONT');
  },
  async 'restart of PostgreSQL'({ postgres }) {
    await postgres.stop('crash');
    await postgres.start();
  },
  'S3 that refuses one in ten': (victims) => faultyS3(victims, { refused: 0.1 }),
  'bodies that are cut': (victims) => faultyS3(victims, { cut: 0.3 }),
  'conflicts and lost answers': (victims) => faultyS3(victims, { conflict: 0.4, lost: 0.2 }),
};

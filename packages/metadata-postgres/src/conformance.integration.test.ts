import { requires } from '@modelkeep/test-requirements';
import {
  type Pooler,
  type PostgresServer,
  startPgbouncer,
  startPostgres,
} from '@modelkeep/test-servers';
import { describeMetadataStore } from '@modelkeep/testkit';
import { afterAll, beforeAll } from 'vitest';
import { postgresMetadata } from './index.ts';

requires('postgresql', 'pgbouncer');

let postgres: PostgresServer;
let pooler: Pooler;
let database: string;

beforeAll(async () => {
  postgres = await startPostgres();
  database = postgres.createDatabase();
  pooler = await startPgbouncer(postgres);
});
afterAll(async () => {
  await pooler[Symbol.asyncDispose]();
  await postgres[Symbol.asyncDispose]();
});

for (const through of ['', ' through a transaction pooler']) {
  describeMetadataStore(`PostgreSQL${through}`, {
    many: 2000,
    timeoutMs: 300_000,
    async create() {
      postgres.emptyDatabase(database);
      const url = through === '' ? postgres.url(database) : pooler.url(database);
      return {
        store: postgresMetadata({ url }),
        reopen: () => postgresMetadata({ url }),
        async destroy() {},
      };
    },
  });
}

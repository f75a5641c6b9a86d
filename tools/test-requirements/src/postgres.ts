import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where Debian puts each version of PostgreSQL: its server programs are not on the PATH. */
const VERSIONS = '/usr/lib/postgresql';

/** The folder with `initdb` and `postgres` of the newest PostgreSQL that is installed. */
export function postgresPrograms(): string | undefined {
  const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS) : [];
  const folders = versions
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(VERSIONS, version, 'bin'));
  return folders.find((folder) => existsSync(join(folder, 'initdb')));
}

/** Whether a cluster can be started here: root needs the user that Debian's package makes. */
export function postgresIsReady(): boolean {
  if (postgresPrograms() === undefined) return false;
  return process.getuid?.() !== 0 || spawnSync('id', ['postgres']).status === 0;
}

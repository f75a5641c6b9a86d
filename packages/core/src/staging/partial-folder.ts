import { join } from 'node:path';

/** Where flights under way and other unfinished files live, on the volume of the checkouts. */
export function partialFolder(workspace: string): string {
  return join(workspace, 'partial');
}

/** Folder of one import, adopt or checkout under way, named by the lease that protects it. */
export function stagingFolder(workspace: string, ingestId: string): string {
  return join(partialFolder(workspace), `ingest-${ingestId}`);
}

/** The ingest id in the name of a staging folder, or undefined for any other name. */
export function ingestIdOfFolder(name: string): string | undefined {
  return name.startsWith('ingest-') ? name.slice('ingest-'.length) : undefined;
}

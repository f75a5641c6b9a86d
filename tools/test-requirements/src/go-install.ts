import { renameSync } from 'node:fs';
import { runCommand } from './run-command.ts';

/** Builds a program from its Go module, as nobody publishes it in a package registry; `folder` appears when it is there. */
export function goInstall(moduleAtVersion: string, folder: string): void {
  const unfinished = `${folder}-${process.pid}`;
  runCommand('go', ['install', moduleAtVersion], { GOBIN: unfinished });
  renameSync(unfinished, folder);
}

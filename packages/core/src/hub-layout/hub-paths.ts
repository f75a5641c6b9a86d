import { join, sep } from 'node:path';
import { repoFolderName } from '../names/model-name.ts';
import type { SnapshotFile } from '../spi/model.ts';

/** The paths of a Hugging Face cache (huggingface_hub 2.x). */
export function hubFolder(workspace: string): string {
  return join(workspace, 'hub');
}

export function repoFolder(workspace: string, modelId: string): string {
  return join(hubFolder(workspace), repoFolderName(modelId));
}

export function checkoutFolder(workspace: string, modelId: string, commit: string): string {
  return join(repoFolder(workspace, modelId), 'snapshots', commit);
}

/** The same for many models of one workspace, ten times as fast. */
export function checkoutFolders(workspace: string): (modelId: string, commit: string) => string {
  const hub = hubFolder(workspace);
  return (modelId, commit) =>
    `${hub}${sep}${repoFolderName(modelId)}${sep}snapshots${sep}${commit}`;
}

export function treeListingPath(workspace: string, modelId: string, commit: string): string {
  return join(repoFolder(workspace, modelId), 'trees', `${commit}.json`);
}

/** The blob's name in a repository's `blobs/`, which is the ETag that the Hub gives: sha256 of a git-lfs file, else the git blob id. */
export function hubBlobName(file: SnapshotFile): string {
  const name = file.lfs ? file.digest : (file.gitOid ?? file.digest);
  if (name === undefined) throw new TypeError(`${file.path} was never fetched`);
  return name;
}

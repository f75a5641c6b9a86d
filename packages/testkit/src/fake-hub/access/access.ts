import {
  authenticationRequired,
  gatedAnonymous,
  gatedNotListed,
  gatedPending,
  repositoryDisabled,
  repositoryNotFound,
  unknownToken,
} from '../http/refusal.ts';
import type { Repository } from '../repositories/repository.ts';
import { hasGrant, type Viewer } from './tokens.ts';

/** Files of a gated model that everybody may read, at the root and in exactly this case. */
const OPEN_FILES: ReadonlySet<string> = new Set([
  'README.md',
  'LICENSE',
  'LICENSE.md',
  'LICENSE.txt',
]);

/** The repository, if the viewer may know that it exists. Throws the Hub's refusal otherwise. */
export function requireVisible(repository: Repository | undefined, viewer: Viewer): Repository {
  if (viewer.kind === 'unknown-token') throw unknownToken();
  const visible =
    repository !== undefined && (!repository.facts.private || hasGrant(viewer, repository.id));
  if (!visible) throw viewer.kind === 'user' ? repositoryNotFound() : authenticationRequired();
  if (repository.facts.disabled) throw repositoryDisabled();
  return repository;
}

/** Whether the model's gate is shut for the viewer. */
export function isGateShut(repository: Repository, viewer: Viewer): boolean {
  return repository.facts.gated !== false && !hasGrant(viewer, repository.id);
}

/** Lets a gated model's files out to those who have access only. `path` is absent where no file is open to all. */
export function requireGateOpen(repository: Repository, viewer: Viewer, path?: string): void {
  if (!isGateShut(repository, viewer)) return;
  if (path !== undefined && OPEN_FILES.has(path)) return;
  if (viewer.kind !== 'user') throw gatedAnonymous(repository.id);
  const pending = viewer.token.pending.includes(repository.id);
  throw pending ? gatedPending(repository.id) : gatedNotListed(repository.id);
}

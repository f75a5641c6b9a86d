export type {
  GitLfsFaults,
  GitLfsServer,
  GitLfsServerOptions,
  GitModelInput,
} from './git-lfs-server.ts';
export { startGitLfsServer } from './start-git-lfs-server.ts';

const NAMES: Readonly<Record<string, string>> = {
  'connection.test': 'Tested a connection',
  'job.cancel': 'Cancelled a job',
  'job.forget': 'Removed a job from the list',
  'model.delete': 'Deleted a model',
  'model.evict': 'Evicted a model',
  'model.import': 'Imported a model',
  'model.pin': 'Pinned or unpinned a model',
  'model.preflight': 'Looked into an archive',
  'model.pull': 'Pulled a model',
  'session.begin': 'Signed in',
  'session.end': 'Signed out',
  'session.revoke': 'Signed a browser out',
  'store.evict': 'Freed space',
  'store.gc': 'Cleaned up',
  'store.verify': 'Verified models',
  'token.issue': 'Made a token',
  'token.revoke': 'Revoked a token',
  'user.add': 'Added a user',
  'user.remove': 'Removed a user',
  'user.role': 'Changed a role',
};

/** An action for people; the log's own name where there is none. */
export function actionName(action: string): string {
  return NAMES[action] ?? action;
}

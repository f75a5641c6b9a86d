import type { ModelCache } from '@modelkeep/core';
import type { AuditLog } from '../audit/audit-log.ts';

export interface WatchEvictionsOptions {
  readonly cache: Pick<ModelCache, 'inspection'>;
  readonly audit: AuditLog;
  /** Called after each: what is stored is another by now. */
  readonly onChange: () => void;
  readonly onError: (error: unknown) => void;
}

/** Writes into the audit log what is evicted, whoever or whatever made it go. Returns how to end that. */
export function watchEvictions(options: WatchEvictionsOptions): () => Promise<void> {
  const { cache, audit, onChange, onError } = options;
  let written: Promise<unknown> = Promise.resolve();
  const stop = cache.inspection.onEviction(({ key, why }) => {
    onChange();
    const event = { action: 'model.evict', user: '', address: '', outcome: 'ok' };
    written = written
      .then(() => audit.append({ ...event, subject: `${key}: ${why}` }))
      .catch(onError);
  });
  return async () => {
    stop();
    await written;
  };
}

import { loadConfig, openConfigured } from '@modelkeep/config';
import { createUsers } from '@modelkeep/server';
import type { OpenCacheOptions, OpenedUsers } from './host.ts';

/** The users of the store that the config file and the environment describe. */
export async function openUsers(
  options: Omit<OpenCacheOptions, 'archives' | 'server'>,
): Promise<OpenedUsers> {
  const config = await loadConfig({
    ...(options.config === undefined ? {} : { file: options.config }),
    ...(options.home === undefined ? {} : { home: options.home }),
  });
  const { metadata, storage } = await openConfigured(config, { archives: false });
  // The storage makes the folder that the index is kept in.
  await storage.open();
  await metadata.open();
  return {
    users: createUsers(metadata),
    close: async () => {
      await metadata.close();
      await storage.close();
    },
  };
}

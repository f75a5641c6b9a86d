import type { User } from '@modelkeep/core';

/** Whoever is on the server's machine: without users, or by a link that its console shows. */
export const LOCAL_USER: User = { name: 'local', role: 'admin' };

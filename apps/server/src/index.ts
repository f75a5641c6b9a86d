export type { Role, TokenFacts, UserAccount } from './access/user-records.ts';
export {
  createUsers,
  type IssuedToken,
  type NewToken,
  type NewUser,
  type Users,
} from './access/users.ts';
export { clientSettings } from './client-settings.ts';
export { watchSources } from './connections/watch-sources.ts';
export { createServer, type ModelkeepServer } from './create-server.ts';
export { isLoopback } from './http/client-address.ts';
export { openApiDocument } from './openapi-document.ts';
export type { AnonymousAccess, ServerMetadata, ServerOptions } from './options.ts';
export { createPeers, type PeersOptions, type ServerPeers } from './peers/create-peers.ts';
export { CARRIED_RECORDS, type CarriedRecords } from './store/carried-records.ts';
export type { RecordStore } from './store/record-store.ts';

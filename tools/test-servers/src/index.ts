export { type FaultyProxy, type S3Faults, startFaultyProxy } from './faulty-proxy.ts';
export { type NginxServer, startNginx } from './nginx.ts';
export { type Pooler, startPgbouncer } from './pgbouncer.ts';
export { type PostgresServer, startPostgres } from './postgres.ts';
export type { S3Server } from './s3-server.ts';
export { startS3proxy } from './s3proxy.ts';
export { startVersitygw, type TlsPair, type VersitygwServer } from './versitygw.ts';

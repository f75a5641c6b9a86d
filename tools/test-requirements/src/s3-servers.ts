import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

export const VERSITYGW = '1.8.0';
export const S3PROXY = '4.1.0';

const folder = join(root, '.toolchain/s3');

/** The server versitygw, once a suite has said `requires('versitygw')`. */
export function versitygwProgram(): string {
  return join(folder, `versitygw-${VERSITYGW}`, 'versitygw');
}

/** The server s3proxy, once a suite has said `requires('s3proxy')`. */
export function s3proxyArchive(): string {
  return join(folder, `s3proxy-${S3PROXY}-jar-with-dependencies.jar`);
}

export function versitygwIsReady(): boolean {
  return existsSync(versitygwProgram());
}

export function s3proxyIsReady(): boolean {
  return existsSync(s3proxyArchive()) && spawnSync('java', ['-version']).status === 0;
}

import { crc32 } from 'node:zlib';

/** The CRC-32 of `bytes` as S3 headers carry it: the store refuses what arrives changed. */
export function checksumOf(bytes: Uint8Array): string {
  const four = Buffer.alloc(4);
  four.writeUInt32BE(crc32(bytes));
  return four.toString('base64');
}

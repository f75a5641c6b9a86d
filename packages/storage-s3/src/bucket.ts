import type * as Sdk from '@aws-sdk/client-s3';
import type { Budget } from './budget.ts';
import type { Settings } from './options.ts';
import type { PieceBuffers } from './reading/piece-buffers.ts';

/** An open bucket. */
export interface Bucket {
  readonly sdk: typeof Sdk;
  readonly client: Sdk.S3Client;
  readonly settings: Settings;
  /** Bytes of parts on their way into the bucket that may be in memory. */
  readonly memory: Budget;
  /** Bytes that may be fetched ahead of those who read. */
  readonly ahead: Budget;
  /** What is fetched ahead is fetched into. */
  readonly pieces: PieceBuffers;
}

/** Where an object is, as every request says it. */
export function place(
  { settings }: Bucket,
  key: string,
): { readonly Bucket: string; readonly Key: string } {
  return { Bucket: settings.bucket, Key: settings.prefix + key };
}

/** How an object is encrypted at rest. */
export function encryption({ settings }: Bucket): {
  readonly ServerSideEncryption?: 'AES256' | 'aws:kms';
  readonly SSEKMSKeyId?: string;
} {
  const { type, kmsKeyId } = settings.encryption ?? {};
  return {
    ...(type === undefined ? {} : { ServerSideEncryption: type }),
    ...(kmsKeyId === undefined ? {} : { SSEKMSKeyId: kmsKeyId }),
  };
}

import { ModelkeepError } from '@modelkeep/core/spi';

export interface S3StorageOptions {
  readonly bucket: string;
  /** What every key in the bucket begins with: `models/`. Default: nothing. */
  readonly prefix?: string;
  /** Default: as the AWS SDK finds it (`AWS_REGION`, the shared config file); with an `endpoint`, `us-east-1`. */
  readonly region?: string;
  /** Address of a store that is not AWS: `https://minio.example.com`. */
  readonly endpoint?: string;
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`. Default: true with an `endpoint`. */
  readonly pathStyle?: boolean;
  /** Default: as the AWS SDK finds them (`AWS_ACCESS_KEY_ID`, the shared files, the machine's role). */
  readonly credentials?: S3Credentials;
  /** Certificates in PEM of authorities to trust beside the usual ones. */
  readonly ca?: string | readonly string[];
  /** Encryption at rest. Default: the bucket's own. */
  readonly encryption?: { readonly type: 'AES256' | 'aws:kms'; readonly kmsKeyId?: string };
  /** The address at which clients reach the store, for presigned URLs. `false`: they do not, and there are none. Default: `endpoint`. */
  readonly publicEndpoint?: string | false;
  /** Requests under way at once, over all calls: so many reads of objects, and so many of all others. Default: 32. */
  readonly maxConnections?: number;
  /** Bytes of parts in memory at once, over all calls. Default: 72 MiB. */
  readonly memoryBytes?: number;
  /** Uploads that were begun and not ended are removed once they are so old, in ms. Default: a day. */
  readonly abandonedUploadMs?: number;
}

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** The options with their defaults. */
export interface Settings extends S3StorageOptions {
  readonly prefix: string;
  readonly maxConnections: number;
  readonly memoryBytes: number;
  readonly abandonedUploadMs: number;
}

const MIB = 1024 * 1024;
const DAY_MS = 86_400_000;

/** @throws ModelkeepError `invalid-argument` */
export function settingsOf(options: S3StorageOptions): Settings {
  const { prefix = '', bucket, endpoint, publicEndpoint } = options;
  if (bucket === '') throw invalid('bucket must not be empty');
  if (!/^[A-Za-z0-9._\-+@=%~/]*$/.test(prefix) || prefix.startsWith('/')) {
    throw invalid('prefix takes A-Z a-z 0-9 . _ - + @ = % ~ and /, and must not begin with /');
  }
  for (const [name, address] of Object.entries({ endpoint, publicEndpoint })) {
    const isAddress = typeof address !== 'string' || /^https?:\/\/[^/@?#]+\/?$/.test(address);
    if (!isAddress) throw invalid(`${name} must be an address like https://s3.example.com`);
  }
  const settings: Settings = {
    ...options,
    prefix,
    maxConnections: options.maxConnections ?? 32,
    memoryBytes: options.memoryBytes ?? 72 * MIB,
    abandonedUploadMs: options.abandonedUploadMs ?? DAY_MS,
  };
  for (const name of ['maxConnections', 'memoryBytes', 'abandonedUploadMs'] as const) {
    if (!Number.isInteger(settings[name]) || settings[name] < 1) {
      throw invalid(`${name} must be a whole number above 0`);
    }
  }
  return settings;
}

function invalid(problem: string): ModelkeepError {
  return new ModelkeepError('invalid-argument', `S3: ${problem}`);
}

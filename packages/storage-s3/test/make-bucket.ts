import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import type { S3Server } from '@modelkeep/test-servers';

export interface TestBucket {
  readonly name: string;
  readonly client: S3Client;
  /** Uploads under way. */
  uploads(): Promise<readonly string[]>;
  /** All that is in it: objects, and uploads under way. */
  leftovers(): Promise<readonly string[]>;
  destroy(): Promise<void>;
}

export async function makeBucket(server: S3Server, name: string): Promise<TestBucket> {
  const { endpoint, region, credentials } = server;
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: name }));

  async function keys(): Promise<string[]> {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: name }));
    return Contents.map(({ Key = '' }) => Key);
  }

  async function uploads(): Promise<string[]> {
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: name }));
    return Uploads.map(({ Key, UploadId }) => `${Key} ${UploadId}`);
  }

  return {
    name,
    client,
    uploads,
    leftovers: async () => [...(await keys()), ...(await uploads())],
    async destroy() {
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: name }));
      for (const { Key, UploadId } of Uploads) {
        await client.send(new AbortMultipartUploadCommand({ Bucket: name, Key, UploadId }));
      }
      for (const key of await keys()) {
        await client.send(new DeleteObjectCommand({ Bucket: name, Key: key }));
      }
      await client.send(new DeleteBucketCommand({ Bucket: name }));
      client.destroy();
    },
  };
}

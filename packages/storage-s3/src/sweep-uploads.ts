import type { ListMultipartUploadsCommandOutput } from '@aws-sdk/client-s3';
import type { Bucket } from './bucket.ts';

/** Ends uploads below our prefix that were begun before `before` (ms since the epoch) and never finished: a killed process leaves them, and they cost money. */
export async function sweepUploads(
  { client, sdk, settings }: Bucket,
  before: number,
  signal: AbortSignal,
): Promise<void> {
  let marker: Pick<ListMultipartUploadsCommandOutput, 'KeyMarker' | 'UploadIdMarker'> = {};
  for (;;) {
    const page: ListMultipartUploadsCommandOutput = await client.send(
      new sdk.ListMultipartUploadsCommand({
        Bucket: settings.bucket,
        Prefix: settings.prefix,
        ...marker,
      }),
      { abortSignal: signal },
    );
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      if (Initiated === undefined || Initiated.getTime() >= before) continue;
      await client.send(
        new sdk.AbortMultipartUploadCommand({ Bucket: settings.bucket, Key, UploadId }),
        { abortSignal: signal },
      );
    }
    const { IsTruncated, NextKeyMarker, NextUploadIdMarker } = page;
    if (IsTruncated !== true || NextKeyMarker === undefined) return;
    marker = { KeyMarker: NextKeyMarker, UploadIdMarker: NextUploadIdMarker };
  }
}

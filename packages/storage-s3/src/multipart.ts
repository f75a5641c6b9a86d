import type { CompletedPart } from '@aws-sdk/client-s3';
import { freeChunk } from '@modelkeep/core/spi';
import { encryption, place } from './bucket.ts';
import { checksumOf } from './checksum.ts';
import { Lanes } from './lanes.ts';
import type { Part } from './parts.ts';
import { WRITE_ID } from './stored-object.ts';
import type { Upload } from './write-object.ts';

const ABORT_MS = 10_000;

/** Sends an object in parts, side by side. Leaves no upload behind, whatever ends it. */
export async function sendParts(
  upload: Upload,
  first: Part,
  rest: AsyncIterable<Part>,
): Promise<void> {
  const { bucket, key, writeId, signal } = upload;
  const { client, sdk } = bucket;
  const begun = await client.send(
    new sdk.CreateMultipartUploadCommand({
      ...place(bucket, key),
      ...encryption(bucket),
      ChecksumAlgorithm: 'CRC32',
      Metadata: { [WRITE_ID]: writeId },
    }),
    { abortSignal: signal },
  );
  const target = { ...place(bucket, key), UploadId: begun.UploadId };
  const lanes = new Lanes(signal);
  try {
    const parts: CompletedPart[] = [];
    const send = (part: Part): Promise<void> => {
      const number = parts.push({});
      return lanes.start(async (laneSignal) => {
        parts[number - 1] = await sendPart(
          upload,
          { ...target, PartNumber: number },
          part,
          laneSignal,
        );
      }, part.free);
    };
    await send(first);
    for await (const part of rest) await send(part);
    await lanes.finish();
    await client.send(
      new sdk.CompleteMultipartUploadCommand({
        ...target,
        MultipartUpload: { Parts: parts },
        ...(upload.onlyIfAbsent ? { IfNoneMatch: '*' } : {}),
      }),
      { abortSignal: signal },
    );
  } catch (error) {
    await lanes.stop(error);
    await client
      .send(new sdk.AbortMultipartUploadCommand(target), {
        abortSignal: AbortSignal.timeout(ABORT_MS),
      })
      .catch(() => {});
    throw error;
  }
}

async function sendPart(
  { bucket }: Upload,
  target: {
    readonly Bucket: string;
    readonly Key: string;
    readonly UploadId: string | undefined;
    readonly PartNumber: number;
  },
  { bytes }: Part,
  signal: AbortSignal,
): Promise<CompletedPart> {
  const ChecksumCRC32 = checksumOf(bytes);
  const { ETag } = await bucket.client.send(
    new bucket.sdk.UploadPartCommand({
      ...target,
      Body: bytes,
      ContentLength: bytes.byteLength,
      ChecksumCRC32,
    }),
    { abortSignal: signal },
  );
  freeChunk(bytes);
  return { ETag, ChecksumCRC32, PartNumber: target.PartNumber };
}

import type { StoredObject } from '@modelkeep/core/spi';
import { type Bucket, place } from './bucket.ts';
import { isMissing } from './errors.ts';

/** Name of the metadata that tells whose write an object is of. */
export const WRITE_ID = 'modelkeep-write';

/** What the store says of an object. The ETag is a mark for change and nothing else: what it is made of differs. */
export function storedObject(
  key: string,
  facts: {
    readonly size: number | undefined;
    readonly etag: string | undefined;
    readonly modified: Date | undefined;
  },
): StoredObject {
  const { size = 0, etag = '', modified } = facts;
  return {
    key,
    size,
    // A header tells whole seconds, a listing more.
    modifiedAt: Math.floor((modified?.getTime() ?? 0) / 1000) * 1000,
    receipt: `${size}:${etag.replaceAll('"', '')}`,
  };
}

/** An object and the id of the write it is of. */
export interface FoundObject {
  readonly object: StoredObject;
  readonly writeId: string | undefined;
}

export async function findObject(
  bucket: Bucket,
  key: string,
  signal: AbortSignal | undefined,
): Promise<FoundObject | undefined> {
  try {
    const head = await bucket.client.send(
      new bucket.sdk.HeadObjectCommand(place(bucket, key)),
      signal === undefined ? {} : { abortSignal: signal },
    );
    const { ContentLength: size, ETag: etag, LastModified: modified } = head;
    return {
      object: storedObject(key, { size, etag, modified }),
      writeId: head.Metadata?.[WRITE_ID],
    };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

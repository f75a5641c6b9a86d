import { isStorageKey, isStoragePrefix, type StoredObject } from '@modelkeep/core/spi';
import type { Bucket } from './bucket.ts';
import { storedObject } from './stored-object.ts';

/** The objects whose key begins with `prefix`, page by page. What is no key of ours is left out. */
export async function* listObjects(
  bucket: Bucket,
  prefix: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<StoredObject, void, undefined> {
  if (!isStoragePrefix(prefix)) return;
  const { client, sdk, settings } = bucket;
  // Stores above a file system take `.` and `..` for folders: those are looked for here.
  const asked = prefix.replace(/(?<=^|\/)\.{1,2}$/, '');
  let token: string | undefined;
  do {
    const page = await client.send(
      new sdk.ListObjectsV2Command({
        Bucket: settings.bucket,
        Prefix: settings.prefix + asked,
        ...(token === undefined ? {} : { ContinuationToken: token }),
      }),
      signal === undefined ? {} : { abortSignal: signal },
    );
    for (const { Key = '', Size: size, ETag: etag, LastModified: modified } of page.Contents ??
      []) {
      const key = Key.slice(settings.prefix.length);
      if (isStorageKey(key) && key.startsWith(prefix))
        yield storedObject(key, { size, etag, modified });
    }
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
}

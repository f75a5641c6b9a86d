import type { S3Client } from '@aws-sdk/client-s3';
import type { Storage } from '@modelkeep/core/spi';
import { clientOf } from './open-bucket.ts';
import type { Settings } from './options.ts';

/** Makes URLs by which others read objects. Signing asks nobody. */
export function presigner(
  settings: Settings,
  check: (key: string) => void,
): NonNullable<Storage['presign']> {
  let signing: Promise<S3Client> | undefined;
  return async (key, { expiresInSeconds, contentDisposition, signal }) => {
    signal?.throwIfAborted();
    check(key);
    const { endpoint, publicEndpoint } = settings;
    signing ??= clientOf(settings, typeof publicEndpoint === 'string' ? publicEndpoint : endpoint);
    const [{ getSignedUrl }, { GetObjectCommand }, client] = await Promise.all([
      import('@aws-sdk/s3-request-presigner'),
      import('@aws-sdk/client-s3'),
      signing,
    ]);
    const command = new GetObjectCommand({
      Bucket: settings.bucket,
      Key: settings.prefix + key,
      ...(contentDisposition === undefined
        ? {}
        : { ResponseContentDisposition: contentDisposition }),
    });
    return new URL(await getSignedUrl(client, command, { expiresIn: expiresInSeconds }));
  };
}

import { ModelkeepError } from '../spi/errors.ts';

/** Whether `path` stays inside the folder that it is joined to, on every platform. */
export function isSafePath(path: string): boolean {
  if (path === '' || path.includes('\0') || path.includes('\\') || Buffer.byteLength(path) > 1024)
    return false;
  return path
    .split('/')
    .every(
      (segment) =>
        segment !== '' &&
        segment !== '.' &&
        segment !== '..' &&
        segment.toLowerCase() !== '.git' &&
        Buffer.byteLength(segment) <= 255,
    );
}

/** Fails with `integrity-mismatch` for a file name from a source that cannot be kept safely in a folder. */
export function checkSourcePath(path: string, modelId: string): void {
  if (isSafePath(path)) return;
  throw new ModelkeepError(
    'integrity-mismatch',
    `${modelId} lists a file named ${JSON.stringify(path.slice(0, 200))}, which cannot be kept in a folder; leave it out with --exclude`,
    { details: { file: path } },
  );
}

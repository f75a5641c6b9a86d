import { createHash } from 'node:crypto';
import { ModelkeepError } from '../../spi/errors.ts';
import type { Digest, GitOid } from '../../spi/model.ts';

/** What a content must be. */
export interface ExpectedContent {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  readonly gitOid?: GitOid | undefined;
}

export function damaged(expected: string, found: string): ModelkeepError {
  return new ModelkeepError(
    'integrity-mismatch',
    `it is damaged: expected ${expected}, found ${found}`,
    { details: { expected, found } },
  );
}

/** Gives the bytes of `body` on, the last of them only once all were proved. Fails with `integrity-mismatch`. */
export async function* proveBody(
  body: AsyncIterable<Uint8Array>,
  { digest, size, gitOid }: ExpectedContent,
  onBytes: (received: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const sha256 = createHash('sha256');
  const sha1 = gitOid === undefined ? undefined : createHash('sha1').update(`blob ${size}\0`);
  let received = 0;
  let last: Uint8Array | undefined;
  for await (const chunk of body) {
    if (chunk.byteLength === 0) continue;
    received += chunk.byteLength;
    if (received > size) throw damaged(`${size} bytes`, `more than ${size}`);
    sha256.update(chunk);
    sha1?.update(chunk);
    onBytes(received);
    if (received < size) yield chunk;
    else last = chunk;
  }
  if (received !== size) throw damaged(`${size} bytes`, `${received}`);
  const found = sha256.digest('hex');
  if (found !== digest) throw damaged(digest, found);
  const foundOid = sha1?.digest('hex');
  if (foundOid !== gitOid) throw damaged(`${gitOid}`, `${foundOid}`);
  if (last !== undefined) yield last;
}

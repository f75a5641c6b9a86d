import { ModelkeepError } from '@modelkeep/core/spi';

const SEGMENT = /^[A-Za-z0-9._\-+@=%~]+$/;
const MAX_KEY_BYTES = 1024;

/** Fails with `invalid-key` unless `key` keeps the rules of {@link Storage}. */
export function checkKey(key: string): void {
  const valid =
    key.length <= MAX_KEY_BYTES &&
    key.split('/').every((segment) => SEGMENT.test(segment) && segment !== '.' && segment !== '..');
  if (!valid) {
    throw new ModelkeepError('invalid-key', `${JSON.stringify(key)} is not a storage key`);
  }
}

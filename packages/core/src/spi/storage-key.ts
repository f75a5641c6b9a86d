import { ModelkeepError } from './errors.ts';

const CHARACTERS = /^[A-Za-z0-9._\-+@=%~]*$/;
const MOST_BYTES = 1024;

/** Whether `key` keeps the rules of {@link Storage}. */
export function isStorageKey(key: string): boolean {
  return key.length <= MOST_BYTES && key.split('/').every(isStorageSegment);
}

/** Whether `segment` can be a part of a key between slashes. */
export function isStorageSegment(segment: string): boolean {
  return CHARACTERS.test(segment) && !['', '.', '..'].includes(segment);
}

/** Whether a key can begin with `prefix`. */
export function isStoragePrefix(prefix: string): boolean {
  const segments = prefix.split('/');
  const last = segments.pop() ?? '';
  return CHARACTERS.test(last) && segments.every(isStorageSegment);
}

/** Fails with `invalid-key` unless `key` keeps the rules of {@link Storage}. */
export function checkStorageKey(key: string): void {
  if (isStorageKey(key)) return;
  throw new ModelkeepError(
    'invalid-key',
    `${JSON.stringify(key)} is no storage key: it takes parts of A-Z a-z 0-9 . _ - + @ = % ~ between slashes, none of them "." or "..", and ${MOST_BYTES} bytes at most`,
  );
}

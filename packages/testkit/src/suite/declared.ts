import type { TestContext } from 'vitest';

/** `ability`, if there is one; otherwise the test is left out, visibly, with the reason. */
export function declared<T>(
  context: TestContext,
  ability: T | undefined,
  name: string,
): NonNullable<T> {
  if (ability === undefined || ability === null || ability === false) {
    context.skip(`does not declare ${name}`);
  }
  return ability as NonNullable<T>;
}

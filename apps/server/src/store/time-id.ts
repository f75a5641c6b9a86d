import { randomBytes } from 'node:crypto';

const TIME_DIGITS = 9;

/** An id that sorts by the time it was made at, and that nobody guesses. */
export function timeId(now: number = Date.now()): string {
  return `${now.toString(36).padStart(TIME_DIGITS, '0')}${randomBytes(8).toString('hex')}`;
}

import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const PREFIX = 'hf_';
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_BYTES = 32;
const RANDOM_DIGITS = 43;
const CHECK_DIGITS = 6;
const SHAPE = /^hf_[0-9A-Za-z]{49}$/;

/** A new token: 256 random bits and a checksum, in a shape that every client of the Hub accepts. */
export function createToken(): string {
  const random = digits(BigInt(`0x${randomBytes(RANDOM_BYTES).toString('hex')}`), RANDOM_DIGITS);
  return PREFIX + random + checksum(random);
}

/** Whether the text can be one of our tokens. A typing error is told from a token that was revoked without looking it up. */
export function isTokenShaped(text: string): boolean {
  if (!SHAPE.test(text)) return false;
  const random = text.slice(PREFIX.length, -CHECK_DIGITS);
  return checksum(random) === text.slice(-CHECK_DIGITS);
}

/** What is kept of a token: 64 hex digits. */
export function hashToken(token: string): string {
  return hash('sha256', token);
}

const ID_DIGITS = 16;

/** What people see of a hash, to tell one token or session from another. */
export function shortId(hash: string): string {
  return hash.slice(0, ID_DIGITS);
}

function checksum(random: string): string {
  return digits(BigInt(crc32(random)), CHECK_DIGITS);
}

function digits(value: bigint, length: number): string {
  const base = BigInt(DIGITS.length);
  let rest = value;
  let text = '';
  for (let index = 0; index < length; index++) {
    text = DIGITS.charAt(Number(rest % base)) + text;
    rest /= base;
  }
  return text;
}

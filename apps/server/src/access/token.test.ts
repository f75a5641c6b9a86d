import { expect, it } from 'vitest';
import { createToken, hashToken, isTokenShaped } from './token.ts';

it('has the shape that every client of the Hub accepts', () => {
  const tokens = new Set(Array.from({ length: 200 }, createToken));
  expect(tokens.size).toBe(200);
  for (const token of tokens) {
    expect(token).toMatch(/^hf_[0-9A-Za-z]{34,}$/);
    expect(isTokenShaped(token)).toBe(true);
  }
});

it('knows a typing error without looking it up', () => {
  const token = createToken();
  const other = token.endsWith('0') ? '1' : '0';
  expect(isTokenShaped(token.slice(0, -1) + other)).toBe(false);
  expect(isTokenShaped(`${token}0`)).toBe(false);
  expect(isTokenShaped(`hf_${'a'.repeat(49)}`)).toBe(false);
});

it('is kept as a hash', () => {
  expect(hashToken('hf_x')).toMatch(/^[0-9a-f]{64}$/);
});

import { expect, test } from 'vitest';
import { redact } from './redact.ts';

const CANARY = 'hf_CanaryCanaryCanaryCanaryCanaryCanary42';

test.each([
  `Authorization: Bearer ${CANARY}`,
  `authorization: basic ${Buffer.from(`user:${CANARY}`).toString('base64')} ${CANARY}`,
  `GET https://cdn.example.org/a/b?X-Amz-Signature=${CANARY}&x=1 failed`,
  `https://user:${CANARY}@example.org/path`,
  `see <http://example.org/#${CANARY}>`,
  `token=${CANARY}`,
  `{"url":"https://example.org/?a=${CANARY}"}`,
  `mixed ${CANARY}${CANARY}`,
])('takes the secret out of %s', (text) => {
  expect(redact(text)).not.toContain(CANARY);
});

test('takes out a secret of any shape that it is told of, wherever it stands', () => {
  expect(redact('a s3cr3t.with*signs in-s3cr3t.with*signs-side', ['s3cr3t.with*signs'])).toBe(
    'a *** in-***-side',
  );
});

test('keeps what helps: host, path, plain words', () => {
  const text =
    'https://example.org/org/name/resolve/main/a.bin answered 503 (connect ECONNREFUSED)';
  expect(redact(text)).toBe(text);
});

import { expect, it } from 'vitest';
import { safeHref } from './safe-href.ts';

it('leads to web pages', () => {
  expect(safeHref('https://huggingface.co/a%2Fb/tree/main')).toBe(
    'https://huggingface.co/a%2Fb/tree/main',
  );
});

it.each([
  undefined,
  '',
  'javascript:alert(1)',
  ' https://x',
  'data:text/html,<script>alert(1)</script>',
  '//evil.example',
  'https://',
  'java\nscript:alert(1)',
])('leads nowhere by %j', (text) => {
  expect(safeHref(text)).toBeUndefined();
});

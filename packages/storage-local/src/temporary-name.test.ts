import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { temporaryName, writerIsGone } from './temporary-name.ts';

const renamed = (pid: number): string => temporaryName().replace(`-${process.pid}-`, `-${pid}-`);

it.runIf(process.platform === 'linux')('knows when the writer is gone', () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  expect(writerIsGone(renamed(pid))).toBe(true);
});

it('takes nobody for gone who may live', () => {
  expect(writerIsGone(temporaryName())).toBe(false);
  expect(writerIsGone(renamed(1))).toBe(false);
  const { pid } = spawnSync(process.execPath, ['--version']);
  expect(writerIsGone(`0123456789abcdef-${pid}-x`)).toBe(false);
  expect(writerIsGone(`-${pid}-x`)).toBe(false);
  expect(writerIsGone(`${pid}-x`)).toBe(false);
});

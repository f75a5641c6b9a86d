import { describe, expect, it } from 'vitest';
import { fileFilter, modelFilter } from './globs.ts';

describe('fileFilter', () => {
  it.each([
    ['*.json', 'a/b.json', true],
    ['*.json', 'a.jsonl', false],
    ['onnx/', 'onnx/model.onnx', true],
    ['onnx/', 'onnx', false],
    ['model-?.bin', 'model-1.bin', true],
    ['model-[0-4].bin', 'model-5.bin', false],
    ['model-[!0-4].bin', 'model-5.bin', true],
    ['a[', 'a[', true],
    ['a.b', 'axb', false],
  ])('%s on %s: %s', (pattern, path, expected) => {
    expect(fileFilter([pattern], undefined)(path)).toBe(expected);
  });

  it('lets exclude win', () => {
    expect(fileFilter(['*.bin'], ['x*'])('x.bin')).toBe(false);
  });
});

describe('modelFilter', () => {
  it.each([
    ['org/*', 'org/name', true],
    ['org/*', 'other/name', false],
    ['*', 'gpt2', true],
    ['*', 'org/name', false],
    ['**', 'org/name', true],
    ['Org/Name', 'org/name', true],
  ])('%s on %s: %s', (pattern, modelId, expected) => {
    expect(modelFilter([pattern])(modelId)).toBe(expected);
  });
});

import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { pythonEnvironment } from './python.ts';
import { requires } from './requires.ts';

requires('python-env');

const { python, embedScript, miniLmFolder } = pythonEnvironment();

function embed(sentence: string): number[] {
  return JSON.parse(
    execFileSync(python, [embedScript, miniLmFolder, sentence], { encoding: 'utf8' }),
  );
}

function cosine(a: number[], b: number[]): number {
  return a.reduce((sum, x, index) => sum + x * (b[index] ?? Number.NaN), 0);
}

it('gives the numbers that the model is known for', () => {
  const vector = embed('This is an example sentence');
  expect(vector).toHaveLength(384);
  for (const [index, known] of [0.0676568, 0.0634959, 0.0487131, 0.079305].entries()) {
    expect(vector[index]).toBeCloseTo(known, 5);
  }
});

it('puts sentences of one meaning side by side', () => {
  const cat = embed('a cat sits');
  expect(cosine(cat, cat)).toBeCloseTo(1, 5);
  expect(cosine(cat, embed('a kitten is sitting'))).toBeGreaterThan(0.7);
  expect(cosine(cat, embed('the stock market fell sharply'))).toBeLessThan(0.3);
});

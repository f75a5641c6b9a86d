import { describe, expect, it } from 'vitest';
import { snippets } from './snippets.ts';

const INPUT = {
  endpoint: 'http://cache:8080',
  modelId: 'org/name',
  revision: 'main',
  needsToken: false,
  files: ['model.safetensors', 'config.json'],
};

function textOf(id: string, input: Partial<typeof INPUT> = {}): string {
  return snippets({ ...INPUT, ...input }).find((snippet) => snippet.id === id)?.text ?? '';
}

describe('snippets', () => {
  it('ask this server', () => {
    for (const { id, text } of snippets(INPUT)) {
      if (id !== 'modelkeep') expect(text).toContain('http://cache:8080');
    }
  });

  it('name the revision where it is not main', () => {
    expect(textOf('hf')).toMatch(/hf download org\/name$/);
    expect(textOf('hf', { revision: 'v1' })).toMatch(/hf download org\/name --revision v1$/);
    expect(textOf('curl', { revision: 'refs/pr/1' })).toContain(
      '/resolve/refs%2Fpr%2F1/config.json',
    );
  });

  it('name a token only where one is needed', () => {
    expect(textOf('vllm')).not.toContain('HF_TOKEN');
    expect(textOf('vllm', { needsToken: true })).toContain('export HF_TOKEN=hf_…');
  });

  it('keep a hostile name in quotes', () => {
    const revision = "x'; rm -rf ~; '";
    expect(textOf('hf', { revision })).toContain(`--revision 'x'\\''; rm -rf ~; '\\'''`);
    expect(textOf('python', { revision: '"; import os' })).toContain('revision="\\"; import os"');
  });
});

import { bufferContent } from './buffer-content.ts';
import type { FileContent } from './file-content.ts';
import { generatedContent } from './generated-content.ts';
import { localFileContent } from './local-file-content.ts';

/**
 * How a test gives a file's content: text, bytes, bytes made up from a seed (any size, no memory),
 * or a file on disk.
 */
export type FileInput =
  | string
  | Uint8Array
  | { readonly generated: { readonly size: number; readonly seed: number | string } }
  | { readonly localFile: string };

/** The content behind an input. Errors: those of the file system, for a local file. */
export async function openInput(input: FileInput): Promise<FileContent> {
  if (typeof input === 'string') return bufferContent(Buffer.from(input, 'utf8'));
  if (input instanceof Uint8Array) return bufferContent(Buffer.from(input));
  if ('generated' in input) return generatedContent(input.generated.size, input.generated.seed);
  return localFileContent(input.localFile);
}

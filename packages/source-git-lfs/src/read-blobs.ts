import { ModelkeepError } from '@modelkeep/core/spi';
import type { Repository } from './repository.ts';
import { splitAt } from './split-at.ts';

/** Sizes of blobs that are here, by id. */
export async function blobSizes(
  repository: Repository,
  ids: ReadonlySet<string>,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map<string, number>();
  const output = repository.read(['cat-file', '--batch-check'], signal, asLines(ids));
  for await (const line of splitAt('\n', output)) {
    const { id, size } = readHead(line);
    sizes.set(id, size);
  }
  return sizes;
}

/** Small blobs that are here, one after the other. */
export async function* smallBlobs(
  repository: Repository,
  ids: ReadonlySet<string>,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly [id: string, content: Buffer]> {
  let rest = Buffer.alloc(0);
  for await (const chunk of repository.read(['cat-file', '--batch'], signal, asLines(ids))) {
    rest = Buffer.concat([rest, chunk]);
    let at = 0;
    for (;;) {
      const lineEnd = rest.indexOf('\n', at);
      if (lineEnd < 0) break;
      const { id, size } = readHead(rest.toString('utf8', at, lineEnd));
      const end = lineEnd + 1 + size;
      if (rest.length <= end) break;
      yield [id, rest.subarray(lineEnd + 1, end)];
      at = end + 1;
    }
    rest = rest.subarray(at);
  }
}

/** The text of one blob, as far as `most` bytes. */
export async function blobText(
  repository: Repository,
  id: string,
  most: number,
  signal: AbortSignal | undefined,
): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of repository.read(['cat-file', 'blob', id], signal)) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= most) break;
  }
  return Buffer.concat(chunks).toString('utf8', 0, most);
}

/** `<id> blob <size>`, or another type, or `<id> missing`. */
function readHead(line: string): { readonly id: string; readonly size: number } {
  const [, id, size] = /^([0-9a-f]{40}) blob (\d+)$/.exec(line) ?? [];
  if (id === undefined) {
    throw new ModelkeepError(
      'source-unavailable',
      `the git server left out what it should have sent: ${line.slice(0, 60)}`,
      { retryable: true },
    );
  }
  return { id, size: Number(size) };
}

function* asLines(ids: ReadonlySet<string>): Generator<string> {
  for (const id of ids) yield `${id}\n`;
}

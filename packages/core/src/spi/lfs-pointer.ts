/** git-lfs never makes a larger one. */
export const MAX_POINTER_BYTES = 1024;

const POINTER =
  /^version https:\/\/(?:git-lfs\.github\.com|hawser\.github\.com)\/spec\/v\d+\n(?:ext-[^\n]*\n)*oid sha256:([0-9a-f]{64})\nsize (\d{1,15})\n?$/;

/** What stands in a file in place of a content that git-lfs keeps elsewhere. */
export interface LfsPointer {
  readonly digest: string;
  readonly size: number;
}

/** Reads a git-lfs pointer file; undefined for any other content. */
export function parseLfsPointer(content: Uint8Array): LfsPointer | undefined {
  if (content.byteLength > MAX_POINTER_BYTES) return undefined;
  const text = Buffer.from(content).toString('latin1').replaceAll('\r\n', '\n');
  const found = POINTER.exec(text);
  const [, digest, size] = found ?? [];
  return digest === undefined ? undefined : { digest, size: Number(size) };
}

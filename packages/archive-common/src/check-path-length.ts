import { archiveInvalid } from '@modelkeep/core/spi';

/** Fails with `archive-invalid` for a path of more bytes than the caller allows. */
export function checkPathLength(member: string, maxPathBytes: number): void {
  if (Buffer.byteLength(member) <= maxPathBytes) return;
  throw archiveInvalid({
    reason: 'path-too-long',
    member,
    problem: `has a path of more than ${maxPathBytes} bytes`,
    remedy: 'Shorten the path.',
  });
}

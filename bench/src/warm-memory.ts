import { freemem } from 'node:os';

const PAGE_BYTES = 4096;

/**
 * Touches as much free memory as a command is about to fill. A virtual machine gives free memory back to its host within
 * seconds, and getting it again takes up to two seconds a GiB: whoever runs first would pay for all.
 */
export function warmMemory(bytes: number): void {
  const size = Math.floor(Math.min(bytes, freemem() / 2));
  if (size === 0) return;
  const memory = new ArrayBuffer(size);
  const view = new Uint8Array(memory);
  for (let at = 0; at < size; at += PAGE_BYTES) view[at] = 1;
  // Freed now, and not when the garbage collector comes by.
  memory.transfer(0);
}

import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');
const rust = join(root, 'tools/hf-hub-rust');
const transformers = join(root, '.toolchain/transformers-js');

/** The program of `hf-hub-rust`: `hf-hub-client MODEL FILE...`. */
export function hfHubClient(): string {
  return join(root, '.toolchain/hf-hub-rust/debug/hf-hub-client');
}

/** Where `@huggingface/transformers` is imported from, once a suite has said `requires('transformers-js')`. */
export function transformersJsFolder(): string {
  return transformers;
}

/** Whether the program is there and no older than what it is made from. */
export function hfHubRustIsReady(): boolean {
  const program = statSync(hfHubClient(), { throwIfNoEntry: false });
  const sources = ['Cargo.lock', 'src/main.rs'].map((path) => statSync(join(rust, path)));
  return program !== undefined && sources.every(({ mtimeMs }) => mtimeMs <= program.mtimeMs);
}

export function transformersJsIsReady(): boolean {
  const stamp = join(transformers, 'stamp.yaml');
  if (!existsSync(stamp)) return false;
  return readFileSync(stamp).equals(
    readFileSync(join(root, 'tools/transformers-js/pnpm-lock.yaml')),
  );
}

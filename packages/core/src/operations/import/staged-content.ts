import type { ContentHashes } from '../../hashing/content-hashes.ts';

/** The content of one member, hashed, and not in the store yet: a file in the staging folder, or small and in memory. */
export type StagedContent = ContentHashes & { readonly size: number } & (
    | { readonly path: string }
    | { readonly bytes: Uint8Array }
  );

import type { GitModelInput } from '@modelkeep/testkit/git-lfs-server';
import { seededBytes } from '@modelkeep/testkit/memory';

const CARD = `---
license: apache-2.0
library_name: sentence-transformers
pipeline_tag: sentence-similarity
language: en
tags: [bert]
---
# A model
`;

/** A small model with weights that git-lfs keeps. */
export const WEIGHTS: Buffer = Buffer.from(seededBytes('weights', 300_000));
export const MODEL: GitModelInput & { readonly date: string } = {
  id: 'org/name',
  files: {
    'README.md': CARD,
    'config.json': '{"a":1}',
    'model.safetensors': WEIGHTS,
    'other.safetensors': 'small weights',
  },
  date: '2022-11-07T08:44:33.000Z',
};
/** Settings without which git makes no commit. */
export const WHO: readonly string[] = ['-c', 'user.name=x', '-c', 'user.email=x@x'];

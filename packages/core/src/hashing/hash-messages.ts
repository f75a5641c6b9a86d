import type { ContentHashes } from './content-hashes.ts';

/** From the pool to a worker. A job's file may still grow: only bytes before `end` are read. */
export type HashRequest =
  | {
      readonly type: 'start';
      readonly id: number;
      readonly path: string;
      readonly size: number;
      readonly gitOid: boolean;
      readonly end: number;
    }
  | { readonly type: 'advance'; readonly id: number; readonly end: number }
  | { readonly type: 'cancel'; readonly id: number };

/** From a worker to the pool. */
export type HashAnswer =
  | { readonly type: 'progress'; readonly id: number; readonly position: number }
  | { readonly type: 'done'; readonly id: number; readonly hashes: ContentHashes }
  | {
      readonly type: 'failed';
      readonly id: number;
      readonly message: string;
      readonly code: string | undefined;
    };

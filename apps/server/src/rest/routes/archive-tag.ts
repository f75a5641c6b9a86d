import type { LastUse, ModelExport } from '@modelkeep/core';

const TAG = /^"([0-9a-f]{64})\.([A-Za-z0-9_-]{0,1000})"$/;

/** What an ETag of ours names. */
export interface ArchiveTag {
  readonly identity: string;
  readonly lastUse: LastUse;
}

export function writeTag({ identity, lastUse }: Pick<ModelExport, 'identity' | 'lastUse'>): string {
  const use = Buffer.from(JSON.stringify([lastUse.at, lastUse.by])).toString('base64url');
  return `"${identity}.${use}"`;
}

/** Undefined for what is none of ours. */
export function readTag(text: string | undefined): ArchiveTag | undefined {
  const [, identity, use] = TAG.exec(text ?? '') ?? [];
  if (identity === undefined || use === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(use, 'base64url').toString('utf8'));
    const [at, by] = Array.isArray(value) ? (value as unknown[]) : [];
    const isUse =
      (at === null || typeof at === 'number') && (by === null || typeof by === 'string');
    return isUse ? { identity, lastUse: { at, by } } : undefined;
  } catch {
    return undefined;
  }
}

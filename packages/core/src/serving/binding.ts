import type { JsonValue } from '../spi/metadata-store.ts';
import type { ModelDescription, ResolvedModel } from '../spi/model-source.ts';

/** What a source said of a revision, and when. */
export interface Binding {
  /** The revision that was asked for when this commit was seen first: a branch rather than the commit itself. */
  readonly revision: string;
  readonly resolved: ResolvedModel;
  /** The source's description, without its list of files and without other ways to the bytes. */
  readonly info: Readonly<Record<string, unknown>>;
  readonly etag?: string;
  readonly connection: string;
  /** ms since the epoch. */
  readonly askedAt: number;
}

/** Collection of bindings among the store's records. */
export const BINDINGS = 'bindings';

/** The Hub's names are unique without case. */
export function bindingId(modelId: string, revision: string): string {
  return `${modelId.toLowerCase()}@${revision}`;
}

// The files come from the listing; the others lead clients past the cache.
const LEFT_OUT = new Set(['siblings', 'xetEnabled', 'xetHash']);

export function bindingOf(
  described: ModelDescription,
  revision: string,
  connection: string,
  askedAt: number,
): Binding {
  const info = Object.fromEntries(
    Object.entries(described.info).filter(([name]) => !LEFT_OUT.has(name)),
  );
  const { resolved, etag } = described;
  return { revision, resolved, info, connection, askedAt, ...(etag === undefined ? {} : { etag }) };
}

export function toRecord(binding: Binding): JsonValue {
  return binding as unknown as JsonValue;
}

export function fromRecord(value: JsonValue): Binding {
  return value as unknown as Binding;
}

import type { NamedRevision } from '@modelkeep/core/spi';
import type { RemoteRefs } from './list-refs.ts';

const KINDS = [
  ['refs/heads/', 'branch'],
  ['refs/tags/', 'tag'],
] as const;

/** Branches, then tags: of an annotated one the commit that it points at. */
export function namedRevisions(refs: RemoteRefs): readonly NamedRevision[] {
  return KINDS.flatMap(([start, kind]) =>
    [...refs]
      .filter(([ref]) => ref.startsWith(start) && !ref.endsWith('^{}'))
      .map(([ref, id]) => ({
        name: ref.slice(start.length),
        kind,
        commit: refs.get(`${ref}^{}`) ?? id,
      })),
  );
}

import type { ServedRefs } from '../api/hub-view.ts';
import type { CoreContext } from '../context.ts';
import { requireConnection } from '../operations/choose-connection.ts';
import type { NamedRevision } from '../spi/model-source.ts';
import { LruMap } from '../util/lru-map.ts';
import type { Outages } from './outages.ts';

const REMEMBERED = 1000;

type Refs = Pick<ServedRefs, 'branches' | 'tags'>;

function grouped(known: readonly NamedRevision[]): Refs {
  const of = (kind: NamedRevision['kind']): Refs['branches'] =>
    known
      .filter((revision) => revision.kind === kind)
      .map(({ name, commit }) => ({ name, commit }));
  return { branches: of('branch'), tags: of('tag') };
}

/** Branches and tags of models, asked of the source no more often than the time to live. */
export class KnownRefs {
  readonly #ctx: CoreContext;
  readonly #outages: Outages;
  readonly #freshMs: number;
  readonly #known = new LruMap<string, { readonly refs: Refs; readonly askedAt: number }>(
    REMEMBERED,
  );

  constructor(ctx: CoreContext, outages: Outages, freshMs: number) {
    this.#ctx = ctx;
    this.#outages = outages;
    this.#freshMs = freshMs;
  }

  /** `fallback` is what to say of a model whose source was never asked. */
  async get(modelId: string, connection: string | undefined, fallback: Refs): Promise<ServedRefs> {
    const known = this.#known.get(modelId);
    const ageMs = known === undefined ? 0 : Date.now() - known.askedAt;
    if (known !== undefined && ageMs < this.#freshMs) {
      return { ...known.refs, origin: 'hit', ageMs };
    }
    if (this.#ctx.offline || connection === undefined) {
      return { ...(known?.refs ?? fallback), origin: 'hit', ageMs };
    }
    try {
      const asked = requireConnection(this.#ctx, connection);
      const listed = await this.#outages.ask(asked, async () =>
        asked.source.listRevisions?.(modelId),
      );
      if (listed === undefined) return { ...fallback, origin: 'hit' };
      const refs = grouped(listed);
      this.#known.set(modelId, { refs, askedAt: Date.now() });
      return { ...refs, origin: 'miss', ageMs: 0 };
    } catch {
      // What was said last is better than nothing, whatever is wrong with the source now.
      return { ...(known?.refs ?? fallback), origin: 'stale', ageMs };
    }
  }
}

import type { ModelDetails } from '../../api/types.ts';
import { modelFacts } from '../models/model-facts.ts';
import { safeHref } from './safe-href.ts';

/** Where a link of a card leads; undefined where it leads nowhere. What is relative means the page of the model. */
export function cardLink(href: string | undefined, model: ModelDetails): string | undefined {
  if (href === undefined || href.startsWith('#')) return undefined;
  const absolute = safeHref(href);
  if (absolute !== undefined) return absolute;
  const origin = safeHref(modelFacts(model).url);
  if (origin === undefined || /^[a-z][a-z0-9+.-]*:/i.test(href)) return undefined;
  try {
    return safeHref(new URL(href, `${new URL(origin).origin}/${model.modelId}/blob/main/`).href);
  } catch {
    return undefined;
  }
}

/** The path of the model's own file that an image of its card means. */
export function cardImage(src: unknown, paths: ReadonlySet<string>): string | undefined {
  if (typeof src !== 'string') return undefined;
  const path =
    /^https?:\/\/[^/]+\/[^?#]+\/(?:resolve|raw|blob)\/[^/]+\/([^?#]+)/.exec(src)?.[1] ?? src;
  try {
    const name = decodeURIComponent(path.replace(/^\.?\//, '').replace(/[?#].*$/, ''));
    return paths.has(name) ? name : undefined;
  } catch {
    return undefined;
  }
}

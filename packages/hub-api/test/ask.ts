import type { EntrySummary } from '@modelkeep/core/spi';
import { createHubApi } from '../src/hub-api.ts';
import type { HubApiOptions } from '../src/options.ts';
import { FakeView } from './fake-view.ts';

export const ORIGIN = 'http://cache.test:8080';

/** An answer, read to its end. */
export interface Told {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  json<T = Record<string, unknown>>(): T;
}

export interface Asking {
  readonly view: FakeView;
  /** Asks with a path as it would stand in the request line. */
  ask(target: string, init?: RequestInit): Promise<Told>;
}

/** A handler over a fake view, asked without any server. */
export function asking(
  view: FakeView = new FakeView(),
  options: Partial<HubApiOptions> = {},
  entries: readonly EntrySummary[] = [],
): Asking {
  const api = createHubApi({
    view,
    async *listModels() {
      yield* entries;
    },
    onError(error) {
      throw error;
    },
    ...options,
  });
  return {
    view,
    async ask(target, init) {
      // Not what the address says: the target must be what counts.
      const request = new Request(`${ORIGIN}/another/path`, init);
      const response = await api(request, { incoming: { url: target } });
      const body = await response.text();
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body,
        json: () => JSON.parse(body),
      };
    },
  };
}

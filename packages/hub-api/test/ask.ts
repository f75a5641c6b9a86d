import type { Entry } from '@modelkeep/core/spi';
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
  entries: readonly Entry[] = [],
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

const ON_EVERY_ANSWER = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers':
    'Accept-Ranges, Age, Content-Disposition, Content-Length, Content-Range, ETag, Link, Retry-After, X-Error-Code, X-Error-Message, X-Linked-ETag, X-Linked-Size, X-Modelkeep-Cache, X-Repo-Commit, X-Total-Count',
  vary: 'Authorization, Origin',
  'x-content-type-options': 'nosniff',
};

/** The status and the headers of an answer, without those that every answer has, which must be there. */
export function golden(told: Told): Record<string, string | number> {
  const rest: Record<string, string | number> = { status: told.status, ...told.headers };
  for (const [name, value] of Object.entries(ON_EVERY_ANSWER)) {
    if (rest[name] !== value) throw new Error(`${name} is ${rest[name]}`);
    delete rest[name];
  }
  return rest;
}

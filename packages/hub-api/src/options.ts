import type { CallOptions, HubView, User } from '@modelkeep/core';
import type { Entry } from '@modelkeep/core/spi';
import type { CorsOrigins } from './http/cors.ts';
import type { HubRequest } from './http/hub-request.ts';

export interface HubApiOptions {
  readonly view: HubView;
  /** What is cached, for lists of models while the source is away. Those that the user may not read are left out. */
  readonly listModels: (options: CallOptions) => AsyncIterable<Entry>;
  /** Path under which the Hub stands: `/hub`. Default: the root. */
  readonly prefix?: string;
  /**
   * Address under which clients know the Hub, for links, where the request does not tell it: behind a proxy, or below a
   * path that a framework cuts off. Default: the request's own scheme and host, and `prefix`.
   */
  readonly publicUrl?: string;
  /**
   * Whose request it is: undefined without credentials, `'invalid'` for credentials that nobody has. Default: nobody is
   * asked, and all requests are made on behalf of the cache's own user.
   */
  readonly authenticate?: (request: HubRequest) => Promise<User | 'invalid' | undefined>;
  /** On whose behalf requests without credentials are made. Default: with `authenticate`, they are refused with 401. */
  readonly anonymous?: User;
  /** Web pages that may read answers, by origin. Default: `*`, as on the Hub. */
  readonly corsOrigins?: CorsOrigins;
  /** Told of each failure that is nobody's fault outside, before it is answered with a 500. */
  readonly onError?: (error: unknown) => void;
}

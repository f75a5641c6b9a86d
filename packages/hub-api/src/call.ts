import type { CallOptions, User } from '@modelkeep/core';
import type { HubRequest } from './http/hub-request.ts';
import type { HubApiOptions } from './options.ts';
import type { Address } from './routing/read-address.ts';
import type { Target } from './routing/read-target.ts';

/** One request on its way through a route. */
export interface Call {
  readonly options: HubApiOptions;
  readonly request: HubRequest;
  readonly target: Target;
  readonly address: Address;
  /** `''` if the request is not about one model. */
  readonly modelId: string;
  /** The user that was authenticated. */
  readonly user: User | undefined;
  /** What each call of the view is given. */
  readonly callOptions: CallOptions;
  /** Address of our Hub as clients know it, without a slash at its end: for `Link`. */
  readonly baseUrl: string;
  /** Its path alone: for `Location`, which clients follow only if it has no host. */
  readonly basePath: string;
}

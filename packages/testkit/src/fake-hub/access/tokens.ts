/** A person who has a token. */
export interface TokenInput {
  /** Login name. Default: `tester`. */
  readonly name?: string;
  /** Models whose gate is open, or that are private and readable, for this token; `*` for all. Default: none. */
  readonly grants?: readonly string[] | '*';
  /** Gated models for which a request was made and not answered yet. Default: none. */
  readonly pending?: readonly string[];
  /** Default: `read`. */
  readonly role?: 'read' | 'write' | 'fineGrained';
  /** Organisations of the person. Default: none. */
  readonly orgs?: readonly string[];
}

export type TokenFacts = Required<TokenInput>;

/** Who asks: nobody in particular, a known token, or a token that means nothing here. */
export type Viewer =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'user'; readonly token: TokenFacts }
  | { readonly kind: 'unknown-token' };

/** The tokens that the fake Hub knows. */
export class Tokens {
  readonly #known = new Map<string, TokenFacts>();

  add(token: string, input: TokenInput = {}): void {
    this.#known.set(token, {
      name: 'tester',
      grants: [],
      pending: [],
      role: 'read',
      orgs: [],
      ...input,
    });
  }

  remove(token: string): void {
    this.#known.delete(token);
  }

  /** Reads an Authorization header: Bearer, or Basic with the token as the password. */
  viewer(authorization: string | undefined): Viewer {
    if (authorization === undefined) return { kind: 'anonymous' };
    const token = this.#known.get(presented(authorization));
    return token === undefined ? { kind: 'unknown-token' } : { kind: 'user', token };
  }
}

function presented(authorization: string): string {
  const [scheme = '', value = ''] = authorization.split(' ', 2);
  if (scheme.toLowerCase() !== 'basic') return value;
  const decoded = Buffer.from(value, 'base64').toString('utf8');
  return decoded.slice(decoded.indexOf(':') + 1);
}

/** Whether the viewer was let in to a private or gated model. */
export function hasGrant(viewer: Viewer, modelId: string): boolean {
  if (viewer.kind !== 'user') return false;
  return viewer.token.grants === '*' || viewer.token.grants.includes(modelId);
}

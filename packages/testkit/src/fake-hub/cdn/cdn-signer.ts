import { createHmac, randomBytes } from 'node:crypto';

/** What a signed URL gives. */
export interface SignedFile {
  readonly repository: string;
  readonly commit: string;
  readonly path: string;
  readonly sha256: string;
  readonly disposition: string;
}

/** Issues and checks the URLs under which the CDN gives out files. */
export class CdnSigner {
  readonly #secret = randomBytes(32);
  #lifetimeMs: number;
  #generation = 0;
  #issued = 0;
  base = '';

  constructor(lifetimeMs: number) {
    this.#lifetimeMs = lifetimeMs;
  }

  setLifetime(lifetimeMs: number): void {
    this.#lifetimeMs = lifetimeMs;
  }

  /** From now on every URL issued so far counts as expired. */
  expireIssued(): void {
    this.#generation += 1;
  }

  /** How many URLs were issued. */
  get issued(): number {
    return this.#issued;
  }

  sign(file: SignedFile): string {
    this.#issued += 1;
    const { sha256 } = file;
    const path = `/repos/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`;
    const query = new URLSearchParams({
      'response-content-disposition': file.disposition,
      'X-Hub-File': [file.repository, file.commit, file.path].join(':'),
      'X-Hub-Generation': String(this.#generation),
      Expires: String(Date.now() + this.#lifetimeMs),
    });
    const signature = this.#signature(path, query.toString());
    return `${this.base}${path}?${query.toString()}&Signature=${signature}`;
  }

  /** The file that a URL gives, or why it gives none. */
  verify(path: string, search: string): SignedFile | 'expired' | 'forged' {
    const query = new URLSearchParams(search);
    const signature = query.get('Signature');
    query.delete('Signature');
    if (signature !== this.#signature(path, query.toString())) return 'forged';
    const old = query.get('X-Hub-Generation') !== String(this.#generation);
    if (old || Date.now() >= Number(query.get('Expires'))) return 'expired';
    const [repository = '', commit = '', ...rest] = (query.get('X-Hub-File') ?? '').split(':');
    return {
      repository,
      commit,
      path: rest.join(':'),
      sha256: path.slice(path.lastIndexOf('/') + 1),
      disposition: query.get('response-content-disposition') ?? '',
    };
  }

  #signature(path: string, query: string): string {
    return createHmac('sha256', this.#secret).update(`${path}?${query}`).digest('base64url');
  }
}

/** The file path that a CDN URL claims to give, for matching faults; nothing is proved. */
export function claimedFile(search: string): { repository: string; path: string } | undefined {
  const claim = new URLSearchParams(search).get('X-Hub-File');
  if (claim === null) return undefined;
  const [repository = '', , ...rest] = claim.split(':');
  return { repository, path: rest.join(':') };
}

import { ModelkeepError } from '@modelkeep/core/spi';

export type Scheme = 'https' | 'http' | 'ssh' | 'file';

/** Where repositories are, below one address. */
export interface RemoteAddress {
  readonly scheme: Scheme;
  /** The address without a user name and without a slash at its end. */
  readonly endpoint: string;
  /** Host, and port if it is not the scheme's own; for a folder, the word for it in messages. */
  readonly host: string;
  /** User name in the address; for ssh. */
  readonly user: string | undefined;
  /** What git is given for a model. */
  remote(modelId: string): string;
  /** The page of a model at a revision, the id percent-encoded. */
  page(modelId: string, revision: string): string;
  /** The repository's path on its host, decoded. */
  path(modelId: string): string;
}

const SCHEMES: ReadonlySet<string> = new Set(['https', 'http', 'ssh', 'file']);

/** Reads an address, as https, ssh or file URL. Fails with `config-invalid`. */
export function remoteAddress(endpoint: string): RemoteAddress {
  const url = checkedUrl(endpoint);
  const scheme = url.protocol.slice(0, -1) as Scheme;
  const user = url.username === '' ? undefined : decodeURIComponent(url.username);
  const base = url.href.replace(/\/+$/, '');
  url.username = '';
  const bare = url.href.replace(/\/+$/, '');
  // Web servers want the suffix or do not mind it; git finds a folder by either name.
  const suffix = scheme === 'https' || scheme === 'http' ? '.git' : '';
  const path = decodeURIComponent(url.pathname).replace(/\/+$/, '');
  return {
    scheme,
    endpoint: bare,
    host: scheme === 'file' ? 'the folder' : url.host,
    user,
    remote: (modelId) => `${base}/${encodeId(modelId)}${suffix}`,
    page: (modelId, revision) =>
      `${bare}/${encodeURIComponent(modelId)}/tree/${encodeURIComponent(revision)}`,
    path: (modelId) => `${path}/${modelId}`,
  };
}

/** Segments that an address would swallow are refused. */
function encodeId(modelId: string): string {
  const segments = modelId.split('/');
  if (!segments.every((segment) => /^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(segment))) {
    throw new ModelkeepError(
      'invalid-argument',
      `${JSON.stringify(modelId)} is no name of a model`,
    );
  }
  return segments.map(encodeURIComponent).join('/');
}

function checkedUrl(endpoint: string): URL {
  const bad = (why: string): ModelkeepError =>
    new ModelkeepError(
      'config-invalid',
      `the endpoint ${why}; it should look like https://huggingface.co, ssh://git@host/models or file:///srv/git`,
    );
  const url = URL.parse(endpoint);
  if (url === null) throw bad('is not a URL');
  if (!SCHEMES.has(url.protocol.slice(0, -1))) throw bad('is neither https, http, ssh nor file');
  if (url.password !== '') throw bad('holds a password: give it as the access token');
  if (url.username !== '' && url.protocol !== 'ssh:') throw bad('holds a user name');
  // An ssh program would take it for an option.
  if (/^[-%]/.test(url.hostname) || /^-/.test(decodeURIComponent(url.username))) {
    throw bad('has a host or user name that begins with "-"');
  }
  if (url.protocol === 'file:' && url.hostname !== '') throw bad('names a host for a folder');
  if (url.protocol !== 'file:' && url.hostname === '') throw bad('names no host');
  if (url.search !== '' || url.hash !== '') throw bad('has a query or a fragment');
  return url;
}

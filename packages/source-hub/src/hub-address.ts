import { ModelkeepError } from '@modelkeep/core/spi';

/** Where a model's API and files live under one endpoint. Ids and paths are encoded, never normalised. */
export interface HubAddress {
  /** Without a trailing slash. */
  readonly endpoint: string;
  page(modelId: string, revision: string): string;
  refs(modelId: string): string;
  file(modelId: string, commit: string, path: string): string;
}

/** Checks an endpoint: http or https, perhaps with a path prefix, without credentials and query. */
export function hubAddress(endpoint: string): HubAddress {
  const base = checkedEndpoint(endpoint);
  return {
    endpoint: base,
    page: (modelId, revision) =>
      `${base}/${encodeURIComponent(modelId)}/tree/${encodeURIComponent(revision)}`,
    refs: (modelId) => `${base}/api/models/${encodePath(modelId, 'model id')}/refs`,
    file: (modelId, commit, path) =>
      `${base}/${encodePath(modelId, 'model id')}/resolve/${encodeURIComponent(commit)}/${encodePath(path, 'path')}`,
  };
}

/** Percent-encodes each segment. Segments that an address would swallow are refused. */
export function encodePath(path: string, what: string): string {
  const segments = path.split('/');
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) {
    throw new ModelkeepError(
      'invalid-argument',
      `the ${what} ${JSON.stringify(path)} has an empty, "." or ".." segment`,
    );
  }
  try {
    return segments.map(encodeURIComponent).join('/');
  } catch (cause) {
    throw new ModelkeepError(
      'invalid-argument',
      `the ${what} ${JSON.stringify(path)} is not valid Unicode`,
      { cause },
    );
  }
}

function checkedEndpoint(endpoint: string): string {
  const bad = (why: string): ModelkeepError =>
    new ModelkeepError(
      'config-invalid',
      `the endpoint ${why}; it should look like https://huggingface.co`,
    );
  if (!URL.canParse(endpoint)) throw bad('is not a URL');
  const url = new URL(endpoint);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw bad('is neither http nor https');
  if (url.username !== '' || url.password !== '') {
    throw bad('holds a user name or password: give the access token on its own');
  }
  if (url.search !== '' || url.hash !== '') throw bad('has a query or a fragment');
  return url.href.replace(/\/+$/, '');
}

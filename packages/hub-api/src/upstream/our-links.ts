const NEXT = /<([^<>]+)>\s*;\s*rel="?next"?/i;

/** The `Link` to the next page, leading to us: clients follow it wherever it leads. Others are dropped. */
export function ourNextLink(link: string | undefined, baseUrl: string): string | undefined {
  const path = apiPath(NEXT.exec(link ?? '')?.[1]);
  return path === undefined ? undefined : nextLink(`${baseUrl}${path}`);
}

/** A `Location` within the API, leading to us. */
export function ourLocation(location: string | undefined, basePath: string): string | undefined {
  const path = apiPath(location);
  return path === undefined ? undefined : `${basePath}${path}`;
}

/** In the form that all clients read. */
export function nextLink(url: string): string {
  return `<${url}>; rel="next"`;
}

/** `/api/…` of an address, whatever host and prefix are before it. */
function apiPath(address: string | undefined): string | undefined {
  if (address === undefined || !URL.canParse(address, 'http://source.invalid')) return undefined;
  const { pathname, search } = new URL(address, 'http://source.invalid');
  const at = pathname.indexOf('/api/');
  return at < 0 ? undefined : `${pathname.slice(at)}${search}`;
}

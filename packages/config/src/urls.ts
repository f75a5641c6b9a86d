import { REFERENCE_FORMS } from './reference-forms.ts';
/** What is wrong with an upstream's address, or undefined. Never repeats what may be a secret. */
export function checkEndpoint(value: string): string | undefined {
  const url = URL.parse(value);
  if (url === null || !isHttp(url)) {
    return 'must be an http:// or https:// address, like https://huggingface.co';
  }
  return checkWithoutUser(url);
}

/** What is wrong with a proxy's address, or undefined. Never repeats what may be a secret. */
export function checkProxy(value: string): string | undefined {
  const url = URL.parse(value);
  return url === null || !isHttp(url)
    ? 'must be an http:// or https:// address, like http://proxy.example:3128'
    : undefined;
}

/** The same for repositories of git: any address that git itself takes for one. */
export function checkRemote(value: string): string | undefined {
  const url = URL.parse(value);
  const isFolder = url?.protocol === 'file:' && url.hostname === '';
  if (url === null || !(isHttp(url) || isFolder || (url.protocol === 'ssh:' && url.hostname))) {
    return 'must be an https://, ssh:// or file:// address, like ssh://git@host.example/models';
  }
  return url.protocol === 'ssh:' && url.password === '' && url.search === '' && url.hash === ''
    ? undefined
    : checkWithoutUser(url);
}

function checkWithoutUser(url: URL): string | undefined {
  if (url.username !== '' || url.password !== '') {
    return `must not hold a user name or a password; use "token" with ${REFERENCE_FORMS}`;
  }
  if (url.search !== '' || url.hash !== '') return 'must end before "?" and "#"';
  return undefined;
}

export function hasPassword(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && url.password !== '';
}

function isHttp(url: URL): boolean {
  return (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname !== '';
}

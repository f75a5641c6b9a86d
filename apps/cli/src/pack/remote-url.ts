/** Where a clone came from. */
export interface Remote {
  /** The server's address, without user or password: `https://huggingface.co`. */
  readonly base: string;
  /** `org/name`; absent where the path is none. */
  readonly modelId?: string;
}

const ID = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,95}$/;
const OTHER_NAMES: Readonly<Record<string, string>> = { 'hf.co': 'huggingface.co' };

/** The address of the remote `origin` in the text of `.git/config`. */
export function originOf(config: string): string | undefined {
  let inOrigin = false;
  for (const line of config.split('\n')) {
    const section = /^\s*\[(.*)\]/.exec(line)?.[1];
    if (section !== undefined) inOrigin = section.trim() === 'remote "origin"';
    const url = /^\s*url\s*=\s*(\S+)\s*$/.exec(line)?.[1];
    if (inOrigin && url !== undefined) return url;
  }
  return undefined;
}

/** What an address as git takes it (`https://…`, `ssh://…`, `git@host:org/name`) says; undefined for a path on this machine. */
export function readRemote(address: string): Remote | undefined {
  const [, host, path] = /^(?:[\w.-]+@)?([\w.-]{2,}):(?!\/\/)(.+)$/.exec(address) ?? [];
  const url = URL.parse(path === undefined ? address : `ssh://${host}/${path}`);
  if (url === null || !/^(?:https?|ssh|git):$/.test(url.protocol)) return undefined;
  const isWeb = url.protocol.startsWith('http');
  const name = OTHER_NAMES[url.hostname] ?? url.hostname;
  const port = isWeb && url.port !== '' ? `:${url.port}` : '';
  const parts = url.pathname
    .replace(/\.git\/?$/, '')
    .split('/')
    .filter((part) => part !== '');
  const id = parts.slice(-2);
  const before = isWeb
    ? parts
        .slice(0, -2)
        .map((part) => `/${part}`)
        .join('')
    : '';
  return {
    base: `${url.protocol === 'http:' ? 'http' : 'https'}://${name}${port}${before}`,
    ...(id.length > 0 && id.every((part) => ID.test(part)) ? { modelId: id.join('/') } : {}),
  };
}

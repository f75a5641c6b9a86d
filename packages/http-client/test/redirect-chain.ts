/** A small seeded generator (mulberry32): the same seed gives the same chains. */
export function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

export interface ChainHosts {
  /** The connection's own server. */
  readonly home: string;
  /** The same server over the other scheme, or another port. */
  readonly listed: readonly string[];
  readonly unlisted: readonly string[];
}

/** One `Location`, honest or hostile, for a step that is served at `path`. */
export function hostileLocation(
  random: (below: number) => number,
  hosts: ChainHosts,
  path: string,
): string {
  const pick = (from: readonly string[]): string => from[random(from.length)] ?? hosts.home;
  const anywhere = (): URL => new URL(pick([hosts.home, ...hosts.listed, ...hosts.unlisted]));
  const url = anywhere();
  const forms: (() => string)[] = [
    () => path,
    () => `${hosts.home}${path}`,
    () => `${pick(hosts.listed)}${path}`,
    () => `${pick(hosts.listed)}${path}`,
    () => `${pick(hosts.unlisted)}${path}`,
    () => `//${url.host}${path}`,
    () => `${url.protocol}\\\\${url.host}${path}`,
    () => `${url.protocol.toUpperCase()}//${url.host}${path}`,
    () => `${url.protocol}//user:word@${url.host}${path}`,
    () => `${url.protocol}//${new URL(hosts.home).host}@${url.host}${path}`,
    () => `${url.protocol === 'https:' ? 'http:' : 'https:'}//${url.host}${path}`,
    () => `${url.protocol}//2130706442:${url.port}${path}`,
    () => `${url.protocol}//0x7f.0.0.10:${url.port}${path}`,
    () => `${url.protocol}//[::ffff:127.0.0.10]:${url.port}${path}`,
    () => `http://169.254.169.254/latest/meta-data${path}`,
    () => `http://0:${url.port}${path}`,
    () => `${url.protocol}//${url.host}/../..${path}`,
    () => `ftp://${url.host}${path}`,
    () => `http://[${path}`,
    () => '',
  ];
  return (forms[random(forms.length)] ?? (() => path))();
}

import type { Scheme } from './remote-address.ts';

export interface GitSettings {
  /** Program to run. */
  readonly program: string;
  readonly scheme: Scheme;
  readonly endpoint: string;
  readonly username: string;
  token(): string | undefined;
  /** `false` for none. */
  readonly proxy: string | false | undefined;
  readonly noProxy: string | undefined;
  readonly caFile: string | undefined;
  readonly stallTimeoutMs: number;
}

/** Who git says it is: nobody, or who its settings and ours make it. */
export type Identity = 'anonymous' | 'known';

type Env = Readonly<Record<string, string | undefined>>;

// Of git's own variables those that say how to reach and trust a host; the others could lead it elsewhere.
const KEPT = new Set([
  'GIT_ASKPASS',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_CONFIG_SYSTEM',
  'GIT_EXEC_PATH',
  'GIT_SSH',
  'GIT_SSH_COMMAND',
  'GIT_SSH_VARIANT',
  'GIT_SSL_CAINFO',
  'GIT_SSL_CAPATH',
  'GIT_SSL_CERT',
  'GIT_SSL_KEY',
]);

const ALLOWED: Readonly<Record<Scheme, string>> = {
  https: 'https',
  http: 'http:https',
  ssh: 'ssh',
  file: 'file',
};

// Whatever a repository brings, nothing of it is run or obeyed.
const SETTINGS: readonly (readonly [string, string])[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.attributesFile', '/dev/null'],
  ['fetch.recurseSubmodules', 'false'],
  ['submodule.recurse', 'false'],
  ['fetch.bundleURI', ''],
  ['transfer.bundleURI', 'false'],
  ['fetch.uriProtocols', ''],
  ['fetch.writeCommitGraph', 'false'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['protocol.version', '2'],
  ['credential.interactive', 'false'],
  ['http.followRedirects', 'initial'],
];

// The secret is in the environment of git and its helper alone: never on a command line.
const HELPER =
  '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" "$MODELKEEP_GIT_USERNAME" "$MODELKEEP_GIT_TOKEN"; }; f';

/** The environment of a git that reaches the remote. */
export function remoteEnvironment(
  settings: GitSettings,
  identity: Identity,
  env: Env = process.env,
): Record<string, string> {
  const { scheme, endpoint, username, proxy, caFile, stallTimeoutMs } = settings;
  const token = settings.token();
  const isWeb = scheme === 'https' || scheme === 'http';
  // What a connection names comes before what this machine has; git itself does not know the second one.
  const trusted = caFile ?? env['GIT_SSL_CAINFO'] ?? env['SSL_CERT_FILE'];
  const config = [...SETTINGS];
  const stallSeconds = String(Math.max(1, Math.ceil(stallTimeoutMs / 1000)));
  config.push(['http.lowSpeedLimit', '1'], ['http.lowSpeedTime', stallSeconds]);
  if (isWeb && (identity === 'anonymous' || token !== undefined)) {
    config.push(['credential.helper', '']);
    if (token !== undefined && identity === 'known') {
      // Only this origin is told: where it redirects is asked as anybody.
      config.push([`credential.${new URL(endpoint).origin}.helper`, HELPER]);
    }
  }
  if (proxy !== undefined) config.push(['http.proxy', proxy === false ? '' : proxy]);
  return {
    ...baseEnvironment(env),
    ...(isWeb && identity === 'known' && token !== undefined
      ? { MODELKEEP_GIT_USERNAME: username, MODELKEEP_GIT_TOKEN: token }
      : {}),
    ...(isWeb && identity === 'anonymous' ? { GIT_ASKPASS: '', SSH_ASKPASS: '' } : {}),
    ...(trusted === undefined ? {} : { GIT_SSL_CAINFO: trusted }),
    ...(settings.noProxy === undefined ? {} : { NO_PROXY: settings.noProxy }),
    GIT_ALLOW_PROTOCOL: ALLOWED[scheme],
    ...asVariables(config),
  };
}

/** The environment of a git that reaches nobody, whatever is missing. */
export function localEnvironment(env: Env = process.env): Record<string, string> {
  return { ...baseEnvironment(env), GIT_ALLOW_PROTOCOL: 'none', ...asVariables(SETTINGS) };
}

function baseEnvironment(env: Env): Record<string, string> {
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && (!entry[0].startsWith('GIT_') || KEPT.has(entry[0])),
  );
  return {
    ...Object.fromEntries(kept),
    // Messages are told apart by their words.
    LC_ALL: 'C',
    LANGUAGE: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GCM_INTERACTIVE: 'never',
    SSH_ASKPASS_REQUIRE: 'never',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
  };
}

function asVariables(config: readonly (readonly [string, string])[]): Record<string, string> {
  const variables: Record<string, string> = { GIT_CONFIG_COUNT: String(config.length) };
  for (const [index, [key, value]] of config.entries()) {
    variables[`GIT_CONFIG_KEY_${index}`] = key;
    variables[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return variables;
}

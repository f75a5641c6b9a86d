import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MODELKEEP } from '../tools.ts';
import { launch, type ServerProcess } from './process.ts';

export interface ModelkeepServer extends ServerProcess {
  readonly url: string;
  /** Its one user's token; undefined where it has no users, and serves the machine. */
  readonly token: string | undefined;
}

export interface ModelkeepServerOptions {
  /** Folder of the store, made if it is not there. */
  readonly home: string;
  /** The Hub behind it. */
  readonly upstream: string;
  /** Whether it has a user, so that each request needs a token. */
  readonly withUser?: boolean;
  /** More of its environment: what a config file refers to. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The built server as a person starts it, with its access log, at a free port. */
export async function launchModelkeep(options: ModelkeepServerOptions): Promise<ModelkeepServer> {
  const { home, upstream, withUser = false } = options;
  await mkdir(home, { recursive: true });
  const env = {
    ...options.env,
    MODELKEEP_HOME: home,
    HF_ENDPOINT: upstream,
    HF_HOME: join(home, 'no-hf-home'),
  };
  const token = withUser ? await addUser(env) : undefined;
  const server = await launch({
    argv: [...MODELKEEP, 'serve', '--port', '0', '--json'],
    env,
    log: join(home, 'server.log'),
  });
  const { url } = JSON.parse(server.firstLine) as { url: string };
  return { ...server, url, token };
}

async function addUser(env: Readonly<Record<string, string>>): Promise<string> {
  const [command = '', ...args] = [...MODELKEEP, 'user', 'add', 'bench', '--json'];
  const { stdout } = await promisify(execFile)(command, args, {
    env: { PATH: process.env['PATH'], ...env },
  });
  return (JSON.parse(stdout) as { token: string }).token;
}

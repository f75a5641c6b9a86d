import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { ModelkeepError } from '@modelkeep/core/spi';
import { redact } from '@modelkeep/http-client';
import type { GitContext } from '../git-context.ts';
import { remoteEnvironment } from '../git-environment.ts';

const MOST_SAID = 300;

/** Asks a git host over ssh where its git-lfs server is, and what lets us in there. */
export async function authenticateBySsh(
  context: GitContext,
  modelId: string,
  signal: AbortSignal | undefined,
): Promise<{ readonly url: string; readonly headers: Readonly<Record<string, string>> }> {
  const { address, settings } = context;
  const { hostname, port } = new URL(address.endpoint);
  const target = address.user === undefined ? hostname : `${address.user}@${hostname}`;
  const env = remoteEnvironment(settings, 'known');
  // Model ids are letters, digits and `._-/`, and the base is the administrator's own.
  const path = address.path(modelId).replaceAll("'", `'\\''`);
  const command = `git-lfs-authenticate '${path}' download`;
  const args = [...(port === '' ? [] : ['-p', port]), '--', target, command];
  // As git does: a command of the user's goes through the shell, which gets the rest as it is.
  const custom = env['GIT_SSH_COMMAND'];
  const [program, ...all] =
    custom === undefined
      ? [env['GIT_SSH'] ?? 'ssh', ...args]
      : ['sh', '-c', `${custom} "$@"`, custom, ...args];
  const child = spawn(program ?? 'ssh', all, {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal === undefined ? {} : { signal }),
  });
  const failed = (said: string, cause?: unknown): ModelkeepError =>
    new ModelkeepError(
      'source-unavailable',
      `${address.host} does not say over ssh where its git-lfs files are, for ${modelId}: ${redact(said).slice(0, MOST_SAID)}`,
      { retryable: true, cause, details: { host: address.host, modelId } },
    );
  try {
    const [output, said, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close') as Promise<[number | null]>,
    ]);
    if (status !== 0) throw failed(said.trim());
    const { href, header } = JSON.parse(output) as { href?: unknown; header?: unknown };
    if (typeof href !== 'string') throw failed('it names no address');
    const headers = Object.entries((header ?? {}) as Record<string, unknown>).map(
      ([name, value]) => [name.toLowerCase(), String(value)],
    );
    return { url: href.replace(/\/+$/, ''), headers: Object.fromEntries(headers) };
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof ModelkeepError ? error : failed('it gave no JSON', error);
  }
}

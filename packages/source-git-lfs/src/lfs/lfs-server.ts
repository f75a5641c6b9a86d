import { ModelkeepError } from '@modelkeep/core/spi';
import { readBody } from '@modelkeep/http-client';
import { authorization, basic } from '../authorization.ts';
import type { GitContext } from '../git-context.ts';
import { remoteEnvironment } from '../git-environment.ts';
import { statusError } from '../git-error.ts';
import { GitFailure, runGit } from '../run-git.ts';
import { authenticateBySsh } from './authenticate-by-ssh.ts';
import { type LfsAnswer, readBatch } from './lfs-action.ts';

const TYPE = 'application/vnd.git-lfs+json';
const MOST_ANSWER = 4 * 1024 * 1024;

interface Way {
  /** Address of the git-lfs API, without a slash at its end. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Asks a git-lfs server where contents are. */
export class LfsServer {
  readonly #context: GitContext;
  /** What git's credential helpers gave, by model. */
  readonly #given = new Map<string, string>();

  constructor(context: GitContext) {
    this.#context = context;
  }

  async batch(
    modelId: string,
    objects: readonly { readonly oid: string; readonly size: number }[],
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<string, LfsAnswer>> {
    const way = await this.#wayTo(modelId, signal);
    let answer = await this.#ask(way, objects, signal);
    let sent = way.headers['authorization'];
    if (answer.status === 401 && sent === undefined) {
      sent = await this.#askHelpers(modelId, way.url, signal);
      if (sent !== undefined) {
        answer.discard();
        answer = await this.#ask({ ...way, headers: { authorization: sent } }, objects, signal);
      }
    }
    if (answer.status >= 400) throw await statusError(this.#context, { modelId }, answer);
    if (sent !== undefined) this.#given.set(modelId, sent);
    const { origin } = new URL(way.url);
    return readBatch(await this.#json(answer.body, modelId), { origin, authorization: sent });
  }

  async #wayTo(modelId: string, signal: AbortSignal | undefined): Promise<Way> {
    const { address } = this.#context;
    if (address.scheme === 'ssh') return authenticateBySsh(this.#context, modelId, signal);
    const given = this.#given.get(modelId);
    return {
      url: `${address.remote(modelId)}/info/lfs`,
      headers:
        given === undefined ? authorization(this.#context, modelId) : { authorization: given },
    };
  }

  #ask(
    { url, headers }: Way,
    objects: readonly { readonly oid: string; readonly size: number }[],
    signal: AbortSignal | undefined,
  ): ReturnType<GitContext['http']['request']> {
    const body = { operation: 'download', transfers: ['basic'], objects, hash_algo: 'sha256' };
    return this.#context.http.request(`${url}/objects/batch`, {
      method: 'POST',
      headers: { accept: TYPE, 'content-type': TYPE, ...headers },
      body: JSON.stringify(body),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /** The token, where one was given; else what git itself would use. */
  async #askHelpers(
    modelId: string,
    url: string,
    signal: AbortSignal | undefined,
  ): Promise<string | undefined> {
    const { settings } = this.#context;
    const token = settings.token();
    if (token !== undefined) return basic(settings.username, token);
    const { protocol, host, pathname } = new URL(url);
    const asked = `protocol=${protocol.slice(0, -1)}\nhost=${host}\npath=${pathname.slice(1)}\n\n`;
    try {
      const env = remoteEnvironment(settings, 'known');
      const args = ['credential', 'fill'];
      const told = await runGit({ program: settings.program, args, env, input: [asked], signal });
      const [, username] = /^username=(.*)$/m.exec(told) ?? [];
      const [, password] = /^password=(.*)$/m.exec(told) ?? [];
      if (username === undefined || password === undefined) return undefined;
      this.#context.identities.set(modelId, 'known');
      return basic(username, password);
    } catch (error) {
      // Nobody knows any.
      if (error instanceof GitFailure) return undefined;
      throw error;
    }
  }

  async #json(body: AsyncIterable<Uint8Array>, modelId: string): Promise<unknown> {
    const bytes = await readBody(body, MOST_ANSWER);
    try {
      return JSON.parse(Buffer.from(bytes).toString('utf8'));
    } catch (cause) {
      const { host } = this.#context.address;
      throw new ModelkeepError(
        'source-unavailable',
        `the git-lfs server of ${host} did not answer in JSON for ${modelId}`,
        { cause, retryable: true },
      );
    }
  }
}

import type { OpenFileOptions, RemoteBody, RemoteFile } from '@modelkeep/core/spi';
import { ModelkeepError } from '@modelkeep/core/spi';
import { contentPlace, type HttpResponse, retryAfterMs } from '@modelkeep/http-client';
import type { GitContext } from '../git-context.ts';
import { type LfsAction, objectError } from './lfs-action.ts';
import { LfsServer } from './lfs-server.ts';
import { openLocalObject } from './local-object.ts';

/** As many as git-lfs asks for at once. */
const BATCH = 100;
const MOST_ACTIONS = 5_000;

interface Asked {
  readonly modelId: string;
  readonly file: RemoteFile;
  /** The git-lfs files of its commit. */
  readonly all: readonly RemoteFile[];
}

/** Contents that git-lfs keeps, as ranges of them. */
export class LfsObjects {
  readonly #context: GitContext;
  readonly #server: LfsServer;
  readonly #actions = new Map<string, LfsAction>();

  constructor(context: GitContext) {
    this.#context = context;
    this.#server = new LfsServer(context);
  }

  async open(asked: Asked, options: OpenFileOptions): Promise<RemoteBody> {
    const { file, modelId } = asked;
    const { address } = this.#context;
    const start = options.start ?? 0;
    const end = Math.min(options.end ?? file.size, file.size);
    const oid = file.digest ?? '';
    if (start >= end) return { start, size: file.size, etag: oid, body: nothing() };
    if (address.scheme === 'file') {
      return openLocalObject(
        address.path(modelId),
        { modelId, file },
        { start, end },
        options.signal,
      );
    }
    const key = `${modelId} ${oid}`;
    const known = this.#actions.get(key);
    if (known !== undefined && known.expiresAt > Date.now()) {
      const answer = await this.#request(key, known, file, start, end, options.signal);
      if (answer.status < 400) return this.#body(asked, answer, start, end);
      this.#actions.delete(key);
      // A signed address that is not good any more.
      if (answer.status === 429 || answer.status >= 500) throw this.#failure(asked, answer);
      answer.discard();
    }
    const action = await this.#find(asked, options.signal);
    const answer = await this.#request(key, action, file, start, end, options.signal);
    if (answer.status >= 400) {
      this.#actions.delete(key);
      throw this.#failure(asked, answer);
    }
    return this.#body(asked, answer, start, end);
  }

  /** Asks for the next few as well: they will be wanted. */
  async #find({ modelId, file, all }: Asked, signal: AbortSignal | undefined): Promise<LfsAction> {
    const isNew = ({ digest }: RemoteFile): boolean =>
      digest !== file.digest && !this.#actions.has(`${modelId} ${digest}`);
    const wanted = [file, ...all.filter(isNew).slice(0, BATCH - 1)];
    const objects = new Map(wanted.map(({ digest = '', size }) => [digest, { oid: digest, size }]));
    const answers = await this.#server.batch(modelId, [...objects.values()], signal);
    if (this.#actions.size > MOST_ACTIONS) this.#actions.clear();
    for (const [oid, answer] of answers) {
      if ('href' in answer && objects.has(oid)) this.#actions.set(`${modelId} ${oid}`, answer);
    }
    const found = answers.get(file.digest ?? '');
    if (found !== undefined && 'href' in found) return found;
    throw objectError(
      { modelId, path: file.path, host: this.#context.address.host },
      found ?? { code: 404, message: 'the answer does not name it' },
    );
  }

  async #request(
    key: string,
    { href, headers }: LfsAction,
    file: RemoteFile,
    start: number,
    end: number,
    signal: AbortSignal | undefined,
  ): Promise<HttpResponse> {
    const whole = start === 0 && end === file.size;
    try {
      return await this.#context.http.request(href, {
        headers,
        ...(whole ? {} : { range: { start, end } }),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      // For the next try the server may name another host.
      if (signal?.aborted !== true) this.#actions.delete(key);
      throw error;
    }
  }

  #body({ modelId, file }: Asked, answer: HttpResponse, start: number, end: number): RemoteBody {
    const place = contentPlace(answer);
    const { host } = new URL(answer.url);
    const encoding = answer.headers.get('content-encoding') ?? 'identity';
    const isAsked =
      place !== undefined &&
      encoding === 'identity' &&
      (place.size ?? file.size) === file.size &&
      (answer.status === 200 || (place.start === start && place.last < end));
    if (!isAsked) {
      answer.discard();
      const isOther = place?.size !== undefined && place.size !== file.size;
      throw new ModelkeepError(
        isOther ? 'integrity-mismatch' : 'source-unavailable',
        isOther
          ? `${modelId}: ${file.path} should have ${file.size} bytes, but ${host} has ${place.size}`
          : `${host} did not give the bytes of ${file.path} of ${modelId} that were asked for`,
        { retryable: !isOther, details: { host, modelId, file: file.path } },
      );
    }
    return {
      start: place.start,
      ...(place.size === undefined ? {} : { size: place.size }),
      etag: file.digest ?? '',
      body: answer.body,
      release: answer.release,
    };
  }

  #failure({ modelId, file }: Asked, answer: HttpResponse): ModelkeepError {
    answer.discard();
    const { host } = new URL(answer.url);
    const error = objectError(
      { modelId, path: file.path, host },
      { code: answer.status, message: '' },
    );
    const wait = retryAfterMs(answer.headers);
    if (!error.retryable || wait === undefined) return error;
    const { code, message, details } = error;
    return new ModelkeepError(code, message, { retryable: true, retryAfterMs: wait, details });
  }
}

async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {}

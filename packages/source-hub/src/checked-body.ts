import { ModelkeepError, type RemoteBody, type RemoteFile } from '@modelkeep/core/spi';
import { contentPlace, type HttpResponse } from '@modelkeep/http-client';
import type { HubContext } from './hub-context.ts';

interface Asked {
  readonly start: number;
  readonly end: number;
}

/** Turns a 200, 206 or 416 into a body, if it is what was asked for; size and place are checked, content is core's. */
export function checkedBody(
  context: HubContext,
  where: { readonly modelId: string; readonly commit: string; readonly file: RemoteFile },
  asked: Asked,
  answer: HttpResponse,
  etag: string | undefined,
): RemoteBody {
  const { modelId, commit, file } = where;
  const refuse = (error: ModelkeepError): never => {
    answer.discard();
    throw error;
  };
  const wrong = (why: string): ModelkeepError => unusable(answer, modelId, file, why);
  const { status, headers } = answer;
  if (status === 416 && file.size === 0) {
    answer.discard();
    return { start: 0, size: 0, ...(etag === undefined ? {} : { etag }), body: nothing() };
  }
  const served = commitOf(answer);
  if (served !== undefined && served !== commit)
    refuse(wrong(`it gave commit ${served.slice(0, 40)}`));
  const encoding = headers.get('content-encoding');
  if (encoding !== undefined && encoding !== 'identity') {
    refuse(wrong(`it sent it ${encoding.slice(0, 20)}-encoded though plain bytes were asked for`));
  }
  if (isForeignPage(answer, file))
    refuse(wrong('it sent a web page instead, as a login portal or a proxy does'));

  const place = contentPlace(answer);
  if (place === undefined) {
    return refuse(
      wrong(
        `it answered ${status} with Content-Range ${JSON.stringify(headers.get('content-range') ?? '')}`,
      ),
    );
  }
  if (place.size !== undefined && place.size !== file.size) {
    refuse(
      new ModelkeepError(
        'integrity-mismatch',
        `${modelId}: ${file.path} should have ${file.size} bytes, but ${hostOf(answer)} has ${place.size}`,
        {
          retryable: false,
          details: {
            file: file.path,
            expected: file.size,
            found: place.size,
            host: hostOf(answer),
            connection: context.name,
          },
        },
      ),
    );
  }
  if (status === 206 && (place.start !== asked.start || place.last >= asked.end)) {
    refuse(
      wrong(
        `bytes ${asked.start}-${asked.end - 1} were asked for, ${place.start}-${place.last} came`,
      ),
    );
  }
  return {
    start: place.start,
    ...(place.size === undefined ? {} : { size: place.size }),
    ...(etag === undefined ? {} : { etag }),
    body: answer.body,
    release: answer.release,
  };
}

function unusable(
  answer: HttpResponse,
  modelId: string,
  file: RemoteFile,
  why: string,
): ModelkeepError {
  const host = hostOf(answer);
  return new ModelkeepError(
    'source-unavailable',
    `${host} did not give ${file.path} of ${modelId}: ${why}`,
    { retryable: true, details: { host, hop: 'protocol', file: file.path, modelId } },
  );
}

function commitOf(answer: HttpResponse): string | undefined {
  const hops = [...answer.hops, answer];
  return hops
    .map(({ headers }) => headers.get('x-repo-commit'))
    .find((commit) => commit !== undefined);
}

/** A page of HTML where the model has no such file: it carries none of the Hub's headers. */
function isForeignPage(answer: HttpResponse, file: RemoteFile): boolean {
  if (!/^text\/html\b/i.test(answer.headers.get('content-type') ?? '')) return false;
  return !/\.html?$/i.test(file.path) || commitOf(answer) === undefined;
}

function hostOf(answer: HttpResponse): string {
  return new URL(answer.url).host;
}

async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {}

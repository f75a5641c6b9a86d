import { type ErrorCode, ModelkeepError } from '@modelkeep/core/spi';
import { type HttpResponse, readText, redact, retryAfterMs } from '@modelkeep/http-client';
import type { HubContext, HubSubject } from './hub-context.ts';

const LONGEST_MESSAGE = 300;
const BODY_CHARACTERS = 4096;

interface Finding {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable?: boolean;
  /** The Hub serves it to nobody any more. */
  readonly disabled?: boolean;
}

/** The error that an answer of 400 or more stands for. Reads the answer to its end. */
export async function hubError(
  context: HubContext,
  subject: HubSubject,
  answer: HttpResponse,
): Promise<ModelkeepError> {
  const host = new URL(answer.url).host;
  const isBareRefusal =
    answer.status === 401 && context.token() === undefined && !answer.headers.has('x-error-code');
  // The Hub hides what is private behind "Invalid username or password", though nobody gave any.
  const said = isBareRefusal ? discarded(answer) : await saidBy(answer, context.token());
  const finding = findingOf(context, subject, answer, host, said);
  const wait = retryAfterMs(answer.headers);
  return new ModelkeepError(finding.code, withSaid(finding.message, said), {
    retryable: finding.retryable ?? false,
    ...(finding.retryable && wait !== undefined ? { retryAfterMs: wait } : {}),
    details: {
      host,
      status: answer.status,
      connection: context.name,
      modelId: subject.modelId,
      ...(subject.revision === undefined ? {} : { revision: subject.revision }),
      ...(subject.path === undefined ? {} : { file: subject.path }),
      ...(finding.disabled ? { disabled: true } : {}),
    },
  });
}

function findingOf(
  context: HubContext,
  { modelId, revision, path }: HubSubject,
  answer: HttpResponse,
  host: string,
  said: string,
): Finding {
  const { status } = answer;
  const token = context.token();
  const connection = `connection "${context.name}"`;
  const page = `${context.address.endpoint}/${modelId}`;
  const absent = (): Finding =>
    token === undefined
      ? {
          code: 'model-not-found',
          message: `${host} has no model ${modelId}, or it is private: check the name, or give ${connection} an access token`,
        }
      : {
          code: 'model-not-found',
          message: `${host} has no model ${modelId}, or the access token of ${connection} may not see it`,
        };
  switch (answer.headers.get('x-error-code')) {
    case 'GatedRepo':
      return gatedFinding(modelId, page, connection, token !== undefined);
    case 'RepoNotFound':
      return absent();
    case 'RevisionNotFound':
      return {
        code: 'revision-not-found',
        message: `${modelId} has no revision ${JSON.stringify(revision ?? '')} on ${host}`,
      };
    case 'EntryNotFound':
      return { code: 'file-not-found', message: `${modelId} has no file ${path ?? ''} on ${host}` };
    default:
  }
  if (host !== new URL(context.address.endpoint).host && status < 500 && status !== 429) {
    return {
      code: 'source-unavailable',
      message: `${host}, to which ${context.address.endpoint} sent us, answered ${status}; a firewall or proxy may block it`,
      retryable: true,
    };
  }
  if (status === 429) {
    return {
      code: 'rate-limited',
      message: `${host} limits the rate of requests`,
      retryable: true,
    };
  }
  if (status >= 500 || status === 408 || status === 425) {
    return {
      code: 'source-unavailable',
      message: `${host} answered ${status}`,
      retryable: status !== 501,
    };
  }
  if (status === 401) {
    return token === undefined
      ? absent()
      : {
          code: 'access-denied',
          message: `${host} does not accept the access token of ${connection}: it is wrong, expired or revoked`,
        };
  }
  if (status === 403 || status === 451) {
    return /disabled/i.test(said)
      ? {
          code: 'access-denied',
          message: `${host} has disabled the model ${modelId}`,
          disabled: true,
        }
      : {
          code: 'access-denied',
          message: `${host} does not allow ${connection} to read ${modelId}; the access token needs the right to read it`,
        };
  }
  if (status === 404 || status === 410) {
    return path === undefined
      ? absent()
      : { code: 'file-not-found', message: `${modelId} has no file ${path} on ${host}` };
  }
  return { code: 'source-unavailable', message: `${host} answered ${status} for ${modelId}` };
}

/** A model that asks for consent first. */
export function gatedFinding(
  modelId: string,
  page: string,
  connection: string,
  hasToken: boolean,
): { readonly code: 'gated'; readonly message: string } {
  return {
    code: 'gated',
    message: hasToken
      ? `${modelId} is gated and the account of ${connection} has no access: ask for it at ${page}`
      : `${modelId} is gated: ask for access at ${page}, then give ${connection} that account's access token`,
  };
}

function discarded(answer: HttpResponse): string {
  answer.discard();
  return '';
}

async function saidBy(answer: HttpResponse, token: string | undefined): Promise<string> {
  const header = answer.headers.get('x-error-message');
  const text = header ?? (await textOf(answer));
  if (header !== undefined) answer.discard();
  return (
    redact(text, token === undefined ? [] : [token])
      // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal must not be steered by an upstream's text.
      .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ')
      .trim()
      .slice(0, LONGEST_MESSAGE)
  );
}

/** JSON's `error` under /api, plain text on /resolve; an HTML page says nothing useful. */
async function textOf(answer: HttpResponse): Promise<string> {
  const type = answer.headers.get('content-type') ?? '';
  let text: string;
  try {
    text = await readText(answer.body, BODY_CHARACTERS);
  } catch {
    return '';
  }
  if (type.startsWith('application/json')) {
    try {
      const parsed: unknown = JSON.parse(text);
      const error = (parsed as { readonly error?: unknown } | null)?.error;
      return typeof error === 'string' ? error : '';
    } catch {
      return '';
    }
  }
  return type.startsWith('text/plain') ? text : '';
}

function withSaid(message: string, said: string): string {
  return said === '' ? message : `${message} (it said: ${said})`;
}

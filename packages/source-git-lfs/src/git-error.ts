import { type ErrorCode, isModelkeepError, ModelkeepError } from '@modelkeep/core/spi';
import { readText, redact, retryAfterMs } from '@modelkeep/http-client';
import { authorization } from './authorization.ts';
import type { GitContext, GitSubject } from './git-context.ts';
import { GitFailure } from './run-git.ts';

const LONGEST_SAID = 300;
const BODY_CHARACTERS = 4096;

/** Words of git and of what it runs, and what they mean. The first that match count. */
const WORDS: readonly (readonly [RegExp, ErrorCode])[] = [
  [
    /not our ref|unadvertised object|couldn't find remote ref|no such remote ref/i,
    'revision-not-found',
  ],
  [
    /could not read (?:Username|Password)|Authentication failed|Permission denied|terminal prompts disabled|error: 40[13]|unable to get password/i,
    'access-denied',
  ],
  [
    /repository '?[^\n]*'? not found|does not appear to be a git repository|Repository not found|error: 404|not a git repository/i,
    'model-not-found',
  ],
  [/error: 429/i, 'rate-limited'],
];

/** Whether git was refused for want of credentials, or of the right ones. */
export function isRefusal(error: unknown): boolean {
  return error instanceof GitFailure && codeOf(error.said) === 'access-denied';
}

function codeOf(said: string): ErrorCode {
  return WORDS.find(([words]) => words.test(said))?.[1] ?? 'source-unavailable';
}

/** What a failure of git means. Over http the server is asked once more, as it says more than git passes on. */
export async function gitError(
  context: GitContext,
  subject: GitSubject,
  error: unknown,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  if (!(error instanceof GitFailure)) return error;
  const { scheme } = context.address;
  const code = codeOf(error.said);
  if (code !== 'revision-not-found' && (scheme === 'http' || scheme === 'https')) {
    const told = await askAgain(context, subject, signal);
    if (told !== undefined) return told;
  }
  return failure(context, subject, code, { said: error.said, cause: error });
}

async function askAgain(
  context: GitContext,
  subject: GitSubject,
  signal: AbortSignal | undefined,
): Promise<ModelkeepError | undefined> {
  const url = `${context.address.remote(subject.modelId)}/info/refs?service=git-upload-pack`;
  try {
    const answer = await context.http.request(url, {
      headers: { 'git-protocol': 'version=2', ...authorization(context, subject.modelId) },
      ...(signal === undefined ? {} : { signal }),
    });
    if (answer.status < 400) {
      answer.discard();
      return undefined;
    }
    return await statusError(context, subject, answer);
  } catch (error) {
    signal?.throwIfAborted();
    return isModelkeepError(error) ? error : undefined;
  }
}

type Answer = Awaited<ReturnType<GitContext['http']['request']>>;

/** The error that an answer of 400 or more stands for, of a git or git-lfs server. */
export async function statusError(
  context: GitContext,
  subject: GitSubject,
  answer: Answer,
): Promise<ModelkeepError> {
  const { status, headers } = answer;
  const isText = /^(?:text\/plain|application\/(?:vnd\.git-lfs\+)?json)/.test(
    headers.get('content-type') ?? '',
  );
  const said = isText ? await readText(answer.body, BODY_CHARACTERS).catch(() => '') : '';
  if (!isText) answer.discard();
  const wait = retryAfterMs(headers);
  const isGate = headers.get('x-error-code') === 'GatedRepo';
  return failure(context, subject, isGate ? 'gated' : codeOfStatus(status), {
    said,
    status,
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  });
}

function codeOfStatus(status: number): ErrorCode {
  if (status === 401 || status === 403) return 'access-denied';
  if (status === 404 || status === 410) return 'model-not-found';
  return status === 429 ? 'rate-limited' : 'source-unavailable';
}

interface Circumstances {
  readonly said: string;
  readonly status?: number;
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

function failure(
  { address, name, settings }: GitContext,
  { modelId, revision }: GitSubject,
  code: ErrorCode,
  { said, status, retryAfterMs: wait, cause }: Circumstances,
): ModelkeepError {
  const token = settings.token();
  const retryable = code === 'source-unavailable' || code === 'rate-limited';
  const words = shortened(redact(said, token === undefined ? [] : [token]));
  const message = messageOf(code, address.host, modelId, revision, name, token !== undefined);
  return new ModelkeepError(code, words === '' ? message : `${message} (it said: ${words})`, {
    retryable,
    ...(retryable && wait !== undefined ? { retryAfterMs: wait } : {}),
    // The failure of git names the remote, and may repeat what the server wrote.
    ...(cause === undefined ? {} : { cause: new Error((cause as Error).message) }),
    details: {
      host: address.host,
      connection: name,
      modelId,
      ...(status === undefined ? {} : { status }),
      ...(revision === undefined ? {} : { revision }),
    },
  });
}

function messageOf(
  code: ErrorCode,
  host: string,
  modelId: string,
  revision: string | undefined,
  name: string,
  hasToken: boolean,
): string {
  const connection = `connection "${name}"`;
  switch (code) {
    case 'revision-not-found':
      return `${modelId} has no revision ${JSON.stringify(revision ?? '')} on ${host}`;
    case 'model-not-found':
      return `${host} has no repository ${modelId}, or ${connection} may not see it`;
    case 'gated':
      return `${modelId} is gated on ${host}: accept its terms there, and give ${connection} the token of who did`;
    case 'access-denied':
      return hasToken
        ? `${host} does not let ${connection} read ${modelId}: its token is wrong, or has no access`
        : `${host} does not let ${connection} read ${modelId} without credentials: give it a token, or make git know them (git credential approve, ssh-add)`;
    case 'rate-limited':
      return `${host} asks ${connection} to wait`;
    default:
      return `${host} could not be asked for ${modelId}`;
  }
}

function shortened(text: string): string {
  const lines = text.split('\n').map((line) => line.replace(/\p{Cc}/gu, ' ').trim());
  return lines
    .filter((line) => line !== '')
    .join('; ')
    .slice(0, LONGEST_SAID);
}

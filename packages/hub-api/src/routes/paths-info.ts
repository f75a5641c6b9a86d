import type { Call } from '../call.ts';
import { keepingHeaders, originHeaders } from '../http/cache-headers.ts';
import { type HubAnswer, jsonAnswer } from '../http/hub-answer.ts';
import type { HubRequest } from '../http/hub-request.ts';
import { flag, list } from '../http/query.ts';
import { badRequest, Refusal } from '../http/refusal.ts';
import { folderIndex } from '../listing/git-trees.ts';
import { redirectTo, renamedTo } from '../routing/rename.ts';
import { boundRevision } from './bind.ts';
import { entryAt, lastCommitOf } from './tree.ts';

const LARGEST_BODY = 1024 * 1024;

interface Question {
  readonly paths: readonly string[];
  readonly expand: boolean;
}

/** `POST /api/models/{id}/paths-info/{rev}`, form or JSON. Unknown paths are left out. */
export async function pathsInfoRoute(call: Call): Promise<HubAnswer> {
  const { paths, expand } = await readQuestion(call);
  const { served, location } = await boundRevision(call);
  const renamed = renamedTo(call, served.modelId);
  if (renamed !== undefined) return redirectTo(call, renamed);
  const index = folderIndex(served.files);
  const lastCommit = expand ? lastCommitOf(served) : undefined;
  const entries = paths
    .map((path) => entryAt(index, path.replace(/\/+$/, ''), lastCommit))
    .filter((entry) => entry !== undefined);
  return jsonAnswer(entries, {
    'X-Repo-Commit': served.commit,
    ...keepingHeaders(location.revision),
    ...originHeaders(served),
  });
}

async function readQuestion({ request }: Call): Promise<Question> {
  const text = await readBody(request);
  if (!(request.header('content-type') ?? '').includes('json')) {
    const form = new URLSearchParams(text);
    return { paths: list(form, 'paths'), expand: flag(form, 'expand') };
  }
  const question = parse(text);
  const paths = typeof question.paths === 'string' ? [question.paths] : question.paths;
  if (!Array.isArray(paths) || !paths.every((path) => typeof path === 'string')) {
    throw badRequest('"paths" must be an array of strings');
  }
  return { paths, expand: question.expand === true };
}

async function readBody(request: HubRequest): Promise<string> {
  try {
    return Buffer.from(await request.readBody(LARGEST_BODY)).toString('utf8');
  } catch (error) {
    if (error instanceof RangeError) throw new Refusal(413, 'the list of paths is too long');
    throw error;
  }
}

function parse(text: string): { readonly paths?: unknown; readonly expand?: unknown } {
  try {
    return (JSON.parse(text) as object | null) ?? {};
  } catch {
    throw badRequest('the body is not JSON');
  }
}

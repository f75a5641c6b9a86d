import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Call } from '../call.ts';
import { EVERYTHING, type FetchArguments, readFetchArguments } from '../git/fetch-arguments.ts';
import { type GitCommand, GitProtocolError, readCommand } from '../git/git-command.ts';
import { allRevisions } from '../git/git-revisions.ts';
import { historyOf } from '../git/history.ts';
import { lsRefs } from '../git/ls-refs.ts';
import { writePack } from '../git/pack.ts';
import { DELIMITER, FLUSH, pktLine } from '../git/pkt-line.ts';
import { type Selection, selectObjects } from '../git/select-objects.ts';
import { remark, sideBand } from '../git/side-band.ts';
import { refusalOf } from '../http/error-table.ts';
import type { HubAnswer } from '../http/hub-answer.ts';
import { badRequest } from '../http/refusal.ts';

const MOST_BODY = 4 * 1024 * 1024;
const MOST_UNPACKED = 16 * 1024 * 1024;
const HEADERS = {
  'Content-Type': 'application/x-git-upload-pack-result',
  'Cache-Control': 'no-cache',
};

const unzip = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(gunzip);

/** `POST /{id}[.git]/git-upload-pack`: the commands of protocol version 2. */
export async function gitUploadPackRoute(call: Call): Promise<HubAnswer> {
  try {
    const command = readCommand(await bodyOf(call));
    if (command.name === 'ls-refs') return wholeAnswer(await lsRefs(call, command.args));
    if (command.name === 'fetch') return await fetchAnswer(call, command);
    throw new GitProtocolError(`this cache does not know the command "${command.name}"`);
  } catch (error) {
    if (!(error instanceof GitProtocolError)) throw error;
    return wholeAnswer(pktLine(`ERR ${error.message}\n`));
  }
}

async function bodyOf({ request }: Call): Promise<Uint8Array> {
  try {
    const body = await request.readBody(MOST_BODY);
    const coding = request.header('content-encoding') ?? 'identity';
    if (coding === 'identity') return body;
    if (coding !== 'gzip' && coding !== 'x-gzip')
      throw badRequest('the body must be plain or gzip');
    return await unzip(body, { maxOutputLength: MOST_UNPACKED });
  } catch (error) {
    if (error instanceof RangeError) throw badRequest('the request is too long');
    if (isZlibError(error)) throw badRequest('the body is not gzip');
    throw error;
  }
}

function isZlibError(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' && code.startsWith('Z_');
}

async function fetchAnswer(call: Call, command: GitCommand): Promise<HubAnswer> {
  const request = readFetchArguments(command.args);
  // Who has something waits for what is new; whoever has nothing gets what is here.
  const history = historyOf(call, request.haves.length > 0);
  const selection = await selectObjects(request, allRevisions(call), history);
  const { objects, common, unknown } = selection;
  if (unknown.length > 0) {
    throw new GitProtocolError(
      `not our ref ${unknown[0]}: ${call.modelId} has no such commit or object here; fetch again`,
    );
  }
  const start: Buffer[] = [];
  if (!request.done) {
    const lines = common.length > 0 ? common.map((id) => `ACK ${id}`) : ['NAK'];
    if (common.length > 0) lines.push('ready');
    start.push(pktLine('acknowledgments\n'), ...lines.map((line) => pktLine(`${line}\n`)));
    if (common.length === 0) return wholeAnswer(Buffer.concat([...start, FLUSH]));
    start.push(DELIMITER);
  }
  const borders = shallowInfo(selection, request);
  if (borders.length > 0) {
    const lines = borders.map((line) => pktLine(`${line}\n`));
    start.push(pktLine('shallow-info\n'), ...lines, DELIMITER);
  }
  start.push(pktLine('packfile\n'));
  const isCut = selection.shallow.length > 0 && request.haves.length > 0;
  if (isCut && request.depth === undefined && request.showsProgress) start.push(remark(CUT));
  const pack = writePack(objects, ({ blob, commit }) => readFile(call, commit, blob.path));
  async function* body(): AsyncGenerator<Uint8Array> {
    yield Buffer.concat(start);
    yield* sideBand(pack, (error) => explain(call, error));
  }
  return streamed(body);
}

const CUT =
  'what lies between your commit and this one is not here: git pull cannot go on, git reset --hard origin/main can';

/**
 * Where history ends. A client that already has an end and gets another takes it only in an answer that moves one: so one of
 * its own is opened and closed again.
 */
function shallowInfo(
  { shallow, unshallow }: Pick<Selection, 'shallow' | 'unshallow'>,
  request: FetchArguments,
): readonly string[] {
  const lines = [
    ...shallow.map((id) => `shallow ${id}`),
    ...unshallow.map((id) => `unshallow ${id}`),
  ];
  const [known] = request.shallow;
  if (lines.length === 0 || request.depth !== undefined) return lines;
  if (known !== undefined) return [`unshallow ${known}`, `shallow ${known}`, ...lines];
  if (request.filter !== EVERYTHING) {
    // git looks whether it has the commit, for which it fetches it, for which it looks: without end.
    throw new GitProtocolError(
      `of what came before ${shallow[0]} not all is here: add --depth 1 to what you do with a filter`,
    );
  }
  if (request.haves.length > 0) {
    // git would refuse it as "shallow update not allowed", and say no more.
    throw new GitProtocolError(
      `what lies between your commits and ${shallow[0]} is not here: git fetch --depth 1, then git reset --hard origin/main`,
    );
  }
  return lines;
}

async function* readFile(call: Call, commit: string, path: string): AsyncGenerator<Uint8Array> {
  const { view } = call.options;
  yield* (await view.file(call.modelId, commit, path, call.callOptions)).open();
}

function explain(call: Call, error: unknown): string | undefined {
  if (call.request.signal?.aborted) return undefined;
  const { status, message } = refusalOf(error, false);
  if (status >= 500 && status !== 503) call.options.onError?.(error);
  return `${call.modelId}: ${message}`;
}

function wholeAnswer(body: Buffer): HubAnswer {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield body;
  }
  const length = { 'Content-Length': String(body.length) };
  return {
    status: 200,
    headers: { ...HEADERS, ...length },
    body: { start: 0, end: body.length, open: bytes },
  };
}

function streamed(open: () => AsyncIterable<Uint8Array>): HubAnswer {
  return { status: 200, headers: HEADERS, body: { start: 0, end: Number.POSITIVE_INFINITY, open } };
}

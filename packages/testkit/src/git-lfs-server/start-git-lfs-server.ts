import type { IncomingMessage, ServerResponse } from 'node:http';
import { readFolder } from '../fake-hub/repositories/read-folder.ts';
import { type StoredFile, storeFile } from '../fake-hub/repositories/stored-file.ts';
import { Origin } from '../fake-hub/sending/origin.ts';
import { tempFolder } from '../tools/temp-folder.ts';
import { addCommit, createBareRepository, gitIn } from './bare-repository.ts';
import { runGitHttpBackend } from './git-http-backend.ts';
import type {
  GitLfsFaults,
  GitLfsServer,
  GitLfsServerOptions,
  GitModelInput,
} from './git-lfs-server.ts';
import { LfsObjects } from './lfs-objects.ts';

const EPOCH = '2025-01-01T00:00:00.000Z';
const ATTRIBUTES = '.gitattributes';
const GIT = /^\/(.+?)(?:\.git)?(\/info\/refs|\/git-upload-pack)$/;
const BATCH = /^\/(.+?)(?:\.git)?\/info\/lfs\/objects\/batch$/;
const OBJECT = /^\/lfs\/([0-9a-f]{64})$/;

/** Starts a server of git repositories on this machine. git has to be installed, git-lfs only where clients run. */
export async function startGitLfsServer(options: GitLfsServerOptions = {}): Promise<GitLfsServer> {
  const { host = '127.0.0.1', port = 0, accessToken } = options;
  const folder = await tempFolder();
  const objects = new LfsObjects(options.bytesPerSecond);
  const requests: string[] = [];
  let faults: GitLfsFaults = {};
  let open = 0;
  let gitBytes = 0;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = decodeURIComponent((request.url ?? '').split('?')[0] ?? '');
    requests.push(`${request.method} ${path}`);
    if (faults.answer !== undefined) {
      response.writeHead(faults.answer.status, faults.answer.headers).end();
      return;
    }
    const [, oid] = OBJECT.exec(path) ?? [];
    // As behind a signed URL: who was given it may use it.
    if (oid !== undefined) return objects.send(oid, request, response);
    if (accessToken !== undefined && passwordOf(request) !== accessToken) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end('Log in.');
      return;
    }
    if (BATCH.test(path))
      return objects.batch(`${options.publicUrl ?? origin.url}/lfs`, request, response);
    const [, id, service] = GIT.exec(path) ?? [];
    if (id === undefined || path.includes('..')) {
      response.writeHead(404).end('Not found');
      return;
    }
    const { socket } = response;
    const before = socket?.bytesWritten ?? 0;
    await runGitHttpBackend(folder.path, `/${id}.git${service}`, request, response);
    gitBytes += (socket?.bytesWritten ?? 0) - before;
  };
  const origin = new Origin(host, port, (request, response) => {
    open += 1;
    response.once('close', () => {
      open -= 1;
    });
    answer(request, response).catch(() => request.socket.destroy());
  });
  await origin.start();

  const addModel = async (input: GitModelInput): Promise<string> => {
    const files = await storeFiles(input);
    const commit = await createBareRepository(folder.join(`${input.id}.git`), {
      files,
      date: Date.parse(input.date ?? EPOCH),
      branches: input.branches ?? [],
      gitTags: input.gitTags ?? [],
    });
    objects.add(files);
    return commit;
  };
  const commit: GitLfsServer['commit'] = async (input) => {
    const files = await storeFiles(input);
    const date = Date.parse(input.date ?? EPOCH);
    const id = await addCommit(folder.join(`${input.id}.git`), { files, date });
    objects.add(files);
    return id;
  };
  return {
    url: origin.url,
    folder: folder.path,
    requests,
    get gitBytes() {
      return gitBytes;
    },
    get openRequests() {
      return open;
    },
    setFaults(next) {
      faults = next;
      objects.setFaults(next);
    },
    stop: () => origin.stop(),
    commit,
    git: (id, args, input) => gitIn(folder.join(`${id}.git`), args, input),
    get objectBytes() {
      return objects.sent;
    },
    addModel,
    addModelFromFolder: async (id, source, facts) =>
      addModel({ ...facts, id, files: await readFolder(source) }),
    removeObject: (sha256) => objects.remove(sha256),
    async [Symbol.asyncDispose]() {
      await origin.stop();
      await folder.remove();
    },
  };
}

async function storeFiles({
  files,
  lfs,
}: Pick<GitModelInput, 'files' | 'lfs'>): Promise<StoredFile[]> {
  const stored: StoredFile[] = [];
  for (const [path, content] of Object.entries(files)) {
    stored.push(await storeFile(path, content, lfs));
  }
  if (ATTRIBUTES in files) return stored;
  const lines = stored
    .filter((file) => file.lfs !== undefined)
    .map(
      ({ path }) =>
        `${path.replaceAll(/\s/g, '[[:space:]]')} filter=lfs diff=lfs merge=lfs -text\n`,
    );
  return [...stored, await storeFile(ATTRIBUTES, lines.join(''))];
}

function passwordOf({ headers }: IncomingMessage): string | undefined {
  const [, encoded] = /^Basic +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  return pair.slice(pair.indexOf(':') + 1);
}

import { mkdir, readdir, statfs } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ModelkeepError } from '@modelkeep/core/spi';
import type { FileStore } from '@tus/file-store';
import type { Server as TusServer } from '@tus/server';
import { createUploads, type Uploads } from './uploads.ts';

const IDLE_MS = 60_000;
const EXPIRES_MS = 7 * 86_400_000;
const ID = /^[0-9a-f]{32}$/;

/** An upload as it is shown. */
export interface UploadFacts {
  readonly id: string;
  readonly fileName: string | null;
  /** Null until the client tells. */
  readonly size: number | null;
  readonly offset: number;
  readonly createdAt: number | null;
  readonly complete: boolean;
}

/** Takes archives of any size by the tus protocol: what breaks off goes on from there. */
export interface UploadServer extends Uploads {
  /** Answers a request about uploads. `id` is empty for the list of them; `baseUrl` is where clients find uploads. */
  handle(
    request: IncomingMessage,
    response: ServerResponse,
    id: string,
    baseUrl: string,
  ): Promise<void>;
  /** All that are here, whole or not, the newest first. */
  list(): Promise<readonly UploadFacts[]>;
  /** Removes uploads that nobody came back to for a week. */
  removeExpired(): Promise<void>;
}

/** Keeps uploads in `folder`; without one there are none. */
export function createUploadServer(folder: string | undefined): UploadServer {
  let opening: Promise<{ server: TusServer; store: FileStore }> | undefined;
  const open = (): Promise<{ server: TusServer; store: FileStore }> => {
    opening ??= openTus(folder);
    return opening;
  };
  const sizeOf = async (id: string): Promise<number | undefined> => {
    if (folder === undefined) return undefined;
    try {
      return (await (await open()).store.getUpload(id)).size;
    } catch {
      return undefined;
    }
  };
  return {
    ...createUploads(folder ?? '', sizeOf),
    async handle(request, response, id, baseUrl) {
      if (id !== '' && !ID.test(id)) {
        throw new ModelkeepError('object-not-found', 'there is no such upload');
      }
      const { server } = await open();
      request.setTimeout(IDLE_MS);
      // The server is told the path that it knows, whatever clients put before it.
      request.url = id === '' ? PATH : `${PATH}/${id}`;
      bases.set(request, baseUrl);
      await server.handle(request, response);
    },
    async list() {
      if (folder === undefined) return [];
      const { store } = await open();
      const names = (await readdir(folder)).filter((name) => ID.test(name));
      const found = await Promise.all(names.map((id) => factsOf(store, id)));
      return found
        .filter((facts) => facts !== undefined)
        .toSorted((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0));
    },
    async removeExpired() {
      if (opening !== undefined) await (await opening).store.deleteExpired();
    },
  };
}

/** Undefined for one that was removed meanwhile. */
async function factsOf(store: FileStore, id: string): Promise<UploadFacts | undefined> {
  try {
    const { size, offset, metadata, creation_date: created } = await store.getUpload(id);
    return {
      id,
      fileName: metadata?.['filename'] ?? metadata?.['name'] ?? null,
      size: size ?? null,
      offset,
      createdAt: created === undefined ? null : Date.parse(created),
      complete: offset === size,
    };
  } catch {
    return undefined;
  }
}

const PATH = '/uploads';
const bases = new WeakMap<IncomingMessage, string>();

async function openTus(
  folder: string | undefined,
): Promise<{ server: TusServer; store: FileStore }> {
  if (folder === undefined) {
    throw new ModelkeepError('unsupported', 'this server was started without a folder for uploads');
  }
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const [{ Server }, { FileStore }] = await Promise.all([
    import('@tus/server'),
    import('@tus/file-store'),
  ]);
  const store = new FileStore({ directory: folder, expirationPeriodInMilliseconds: EXPIRES_MS });
  const server = new Server({
    path: PATH,
    datastore: store,
    allowedOrigins: [],
    generateUrl: (request, { id }) => {
      const { node } = request as { node?: { req: IncomingMessage } };
      return `${(node && bases.get(node.req)) ?? PATH}/${id}`;
    },
    async onUploadCreate(_request, { size }) {
      const { bavail, bsize } = await statfs(folder);
      if (size !== undefined && size > bavail * bsize) {
        const body = `${size} bytes do not fit: ${bavail * bsize} are free\n`;
        // The fields by which the library answers with an error.
        throw Object.assign(new Error(body), { status_code: 507, body });
      }
      return {};
    },
  });
  return { server, store };
}

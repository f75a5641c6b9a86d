import { isModelkeepError } from '@modelkeep/core/spi';
import type { Call } from '../call.ts';
import { allRevisions } from '../git/git-revisions.ts';
import { type HubAnswer, textBody } from '../http/hub-answer.ts';
import { badRequest, Refusal } from '../http/refusal.ts';
import { isLfs } from '../listing/file-identity.ts';
import { READ_ONLY } from '../routing/methods.ts';

const TYPE = 'application/vnd.git-lfs+json';
const MOST_BODY = 4 * 1024 * 1024;
const MOST_OBJECTS = 10_000;
const SHA256 = /^[0-9a-f]{64}$/;

interface Asked {
  readonly oid: string;
  readonly size: number;
}

/** `POST /{id}[.git]/info/lfs/objects/batch`: where the content of each git-lfs file is. That is the file's own address. */
export async function lfsBatchRoute(call: Call): Promise<HubAnswer> {
  const request = await readBatch(call);
  if (request['operation'] !== 'download') throw new Refusal(403, READ_ONLY);
  const { hash_algo: hash = 'sha256', transfers = ['basic'] } = request;
  if (hash !== 'sha256') throw new Refusal(409, 'The objects of this cache are named by sha256.');
  if (Array.isArray(transfers) && transfers.length > 0 && !transfers.includes('basic')) {
    throw new Refusal(422, 'This cache knows the transfer "basic" only.');
  }
  const asked = readObjects(request['objects']);
  const addresses = await findAddresses(call, new Set(asked.map(({ oid }) => oid)));
  const objects = asked.map(({ oid, size }) => {
    const found = addresses.get(oid);
    if (found === undefined || found.size !== size) {
      const error = { code: 404, message: `${call.modelId} has no such file here` };
      return { oid, size, error };
    }
    if (found.isAbsent) {
      const message = `${found.path} of ${call.modelId} is not in the cache, and this cache is offline`;
      return { oid, size, error: { code: 404, message } };
    }
    return { oid, size, authenticated: true, actions: { download: found.download } };
  });
  const body = { transfer: 'basic', objects, hash_algo: 'sha256' };
  return textBody(200, TYPE, JSON.stringify(body), { 'Cache-Control': 'no-store' });
}

/** What follows `info/lfs` otherwise: of locks a client wants to know that there are none to be had. */
export function lfsOtherRoute(): never {
  throw new Refusal(404, 'This cache has no locks: it is read-only.');
}

interface Address {
  readonly path: string;
  readonly size: number;
  /** Whether asking for it would be in vain, which git-lfs would do for a minute. */
  readonly isAbsent: boolean;
  readonly download: Readonly<Record<string, unknown>>;
}

async function findAddresses(
  call: Call,
  wanted: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Address>> {
  const found = new Map<string, Address>();
  // The client's own credentials go back to it: it sends them nowhere else.
  const authorization = call.request.header('authorization');
  const header = authorization === undefined ? {} : { header: { Authorization: authorization } };
  for await (const { served } of allRevisions(call)) {
    for (const file of served.files) {
      const { digest, size, path } = file;
      if (digest === undefined || !wanted.has(digest) || found.has(digest) || !isLfs(file))
        continue;
      const names = [...served.modelId.split('/'), 'resolve', served.commit, ...path.split('/')];
      const href = `${call.baseUrl}/${names.map(encodeURIComponent).join('/')}`;
      const isAbsent = served.offline === true && (await isNotHere(call, served.commit, path));
      found.set(digest, { path, size, isAbsent, download: { href, ...header } });
    }
    if (found.size === wanted.size) break;
  }
  return found;
}

async function isNotHere(call: Call, commit: string, path: string): Promise<boolean> {
  const { view } = call.options;
  return (await view.file(call.modelId, commit, path, call.callOptions)).origin === 'miss';
}

async function readBatch({ request }: Call): Promise<Readonly<Record<string, unknown>>> {
  try {
    const parsed: unknown = JSON.parse(
      Buffer.from(await request.readBody(MOST_BODY)).toString('utf8'),
    );
    if (typeof parsed === 'object' && parsed !== null) return { ...parsed };
  } catch (error) {
    const isTheirs = error instanceof SyntaxError || error instanceof RangeError;
    if (!isTheirs || isModelkeepError(error)) throw error;
  }
  throw badRequest('the body is no batch request');
}

function readObjects(objects: unknown): readonly Asked[] {
  if (!Array.isArray(objects) || objects.length > MOST_OBJECTS) {
    throw new Refusal(413, `A batch names up to ${MOST_OBJECTS} objects.`);
  }
  return objects.map((object: unknown) => {
    const { oid, size } = (object ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof oid !== 'string' || !SHA256.test(oid) || typeof size !== 'number') {
      throw new Refusal(422, 'An object is named by its sha256 and its size.');
    }
    return { oid, size };
  });
}

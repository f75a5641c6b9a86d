import type { ServedFile } from '@modelkeep/core';
import type { Call } from '../call.ts';
import type { Headers, HubAnswer } from '../http/hub-answer.ts';

/** Less is sooner sent than asked for a second time; probes for size and hash are answered here, where the Hub's headers are. */
const LARGE_BYTES = 16 * 1024 * 1024;
/** Those that were seen to follow, and to keep their token to themselves: the Rust crate hf-hub gives it to any port of the same host. */
const FOLLOWERS = /(?:^|[ ;])(?:hf_hub|git-lfs)\//;
/** What would be asked of the storage too, whose ETags are others. */
const CONDITIONS = ['if-range', 'if-match'];

/** The answer that sends the client to the storage for the bytes from `start` to `end`; undefined if it is to have them here. */
export async function redirected(
  { request }: Call,
  served: ServedFile,
  { start, end }: { readonly start: number; readonly end: number },
  headers: Headers,
): Promise<HubAnswer | undefined> {
  const { direct, file } = served;
  if (direct === undefined || end - start < LARGE_BYTES) return undefined;
  const isPage = request.header('origin') !== undefined;
  if (isPage || CONDITIONS.some((name) => request.header(name) !== undefined)) return undefined;
  const follows = FOLLOWERS.test(request.header('user-agent') ?? '');
  if (!follows && direct.clients !== 'always') return undefined;
  const address = await direct.address(headers['Content-Disposition'] ?? 'inline');
  if (address === undefined) return undefined;
  served.noteSent();
  const { ETag, 'Content-Type': _type, 'Content-Disposition': _name, ...kept } = headers;
  return {
    status: 302,
    headers: {
      ...kept,
      Location: address.href,
      'Content-Length': '0',
      'X-Linked-ETag': ETag ?? '',
      'X-Linked-Size': String(file.size),
      // The address is a secret, and soon of no use.
      'Cache-Control': 'private, no-store',
      'Referrer-Policy': 'no-referrer',
    },
    body: '',
  };
}

import type { FlightView } from '@modelkeep/core';
import type { Answer } from '../http/answer.ts';
import { parseRange } from '../http/range.ts';
import type { ServerRequest } from '../http/server-request.ts';
import { errorAnswer } from '../own/access-answers.ts';

/** Where the servers of one store read what each other fetches. */
export const FLIGHTS_PATH = '/-/flights/';
export const PROOF_HEADER = 'X-Modelkeep-Peer';
/** Which process answers, as its leases name it. */
export const OWNER_HEADER = 'X-Modelkeep-Owner';
/** The identity of the content as its source names it: it is no entity tag of ours. */
export const ETAG_HEADER = 'X-Modelkeep-Source-Etag';

const FLIGHT_ID = /^(?:sha256-[0-9a-f]{64}|git-[0-9a-f]{40})$/;

/** Tells whether whoever asks for the flight `id` is another server of the store. */
export type PeerCheck = (proof: string, id: string) => Promise<boolean>;

/** A part of a file that is being fetched here, as it arrives; to a HEAD, who would give it, whether or not it is fetched. To all but servers of the same store there is no such route. */
export async function answerFlight(
  flights: FlightView,
  isPeer: PeerCheck,
  request: ServerRequest,
  path: string,
): Promise<Answer> {
  const absent = errorAnswer(404, 'object-not-found', 'there is no such route');
  const id = path.slice(FLIGHTS_PATH.length);
  const proof = request.header(PROOF_HEADER.toLowerCase());
  const { method } = request;
  if (!['GET', 'HEAD'].includes(method) || proof === undefined || !FLIGHT_ID.test(id))
    return absent;
  if (!(await isPeer(proof, id))) return absent;
  if (method === 'HEAD')
    return { status: 204, headers: { [OWNER_HEADER]: encodeURIComponent(flights.owner) } };
  const flight = await flights.find(id);
  if (flight === undefined) return absent;
  const { size, etag } = flight;
  const range = parseRange(request.header('range') ?? '', size);
  if (range === undefined || range === 'beyond')
    return errorAnswer(416, 'invalid-argument', 'a part of the file must be asked for');
  const { start, end } = range;
  const { signal } = request;
  return {
    status: 206,
    headers: {
      'Content-Type': 'application/octet-stream',
      'Content-Length': String(end - start),
      'Content-Range': `bytes ${start}-${end - 1}/${size}`,
      'Cache-Control': 'no-store',
      ...(etag === undefined ? {} : { [ETAG_HEADER]: encodeURIComponent(etag) }),
    },
    body: { start, end, open: (takeBuffer) => flight.read({ start, end, takeBuffer, signal }) },
  };
}

import { FLUSH, MOST_PAYLOAD, pktLine } from './pkt-line.ts';

const DATA = Buffer.from([1]);
const REMARK = Buffer.from([2]);
const FAILURE = Buffer.from([3]);
const MOST_DATA = MOST_PAYLOAD - 1;

/**
 * Frames a pack for the client: data in band 1, and in band 3 what `explain` says of a failure, which the client shows and
 * gives up. `undefined` from `explain` breaks the answer off instead.
 */
export async function* sideBand(
  pack: AsyncIterable<Uint8Array>,
  explain: (error: unknown) => string | undefined,
): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of pack) {
      waiting.push(chunk);
      size += chunk.byteLength;
      if (size < MOST_DATA) continue;
      const bytes = Buffer.concat(waiting);
      const whole = size - (size % MOST_DATA);
      yield framed(bytes.subarray(0, whole));
      waiting = [bytes.subarray(whole)];
      size -= whole;
    }
    if (size > 0) yield framed(Buffer.concat(waiting));
  } catch (error) {
    const message = explain(error);
    if (message === undefined) throw error;
    yield pktLine(Buffer.concat([FAILURE, Buffer.from(`${message.slice(0, 1000)}\n`)]));
  }
  yield FLUSH;
}

/** Words that the client shows behind `remote:`. */
export function remark(words: string): Buffer {
  return pktLine(Buffer.concat([REMARK, Buffer.from(`${words}\n`)]));
}

function framed(bytes: Buffer): Buffer {
  const packets: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += MOST_DATA) {
    packets.push(pktLine(Buffer.concat([DATA, bytes.subarray(at, at + MOST_DATA)])));
  }
  return Buffer.concat(packets);
}

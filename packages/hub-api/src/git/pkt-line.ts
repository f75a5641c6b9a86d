/** Git's framing: each packet begins with its length in four hex digits. */
export type Packet = Buffer | 'flush' | 'delimiter';

export const FLUSH: Buffer = Buffer.from('0000');
export const DELIMITER: Buffer = Buffer.from('0001');
/** Most bytes that one packet carries. */
export const MOST_PAYLOAD = 65_516;

const HEAD = 4;
const LENGTH = /^[0-9a-fA-F]{4}$/;

/** A packet that carries `payload`. */
export function pktLine(payload: string | Uint8Array): Buffer {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
  if (bytes.byteLength > MOST_PAYLOAD) throw new RangeError('too long for one packet');
  const head = (bytes.byteLength + HEAD).toString(16).padStart(HEAD, '0');
  return Buffer.concat([Buffer.from(head), bytes]);
}

/** Takes a whole message apart. Throws a `SyntaxError` for what is none. */
export function readPackets(message: Uint8Array): readonly Packet[] {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
  const packets: Packet[] = [];
  for (let at = 0; at < bytes.length; ) {
    const head = bytes.toString('latin1', at, at + HEAD);
    if (!LENGTH.test(head)) throw new SyntaxError('a packet does not begin with its length');
    const length = Number.parseInt(head, 16);
    if (length === 0 || length === 1) {
      packets.push(length === 0 ? 'flush' : 'delimiter');
      at += HEAD;
      continue;
    }
    if (length < HEAD || length > MOST_PAYLOAD + HEAD || at + length > bytes.length) {
      throw new SyntaxError('a packet has a length that it cannot have');
    }
    packets.push(bytes.subarray(at + HEAD, at + length));
    at += length;
  }
  return packets;
}

/** The text of a packet, without the line end that most carry. */
export function packetText(packet: Buffer): string {
  const text = packet.toString('utf8');
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}

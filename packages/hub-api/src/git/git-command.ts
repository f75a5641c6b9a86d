import { type Packet, packetText, readPackets } from './pkt-line.ts';

/** A request of protocol version 2: a command, what the client says of itself, and the command's arguments. */
export interface GitCommand {
  readonly name: string;
  readonly capabilities: readonly string[];
  readonly args: readonly string[];
}

/** A request that git's own server would refuse as well; the client shows the message. */
export class GitProtocolError extends Error {}

/** Reads the body of a request. Throws a `GitProtocolError`. */
export function readCommand(body: Uint8Array): GitCommand {
  const packets = packetsOf(body);
  const end = packets.indexOf('flush');
  if (end !== packets.length - 1) throw new GitProtocolError('the request is not one command');
  const before = packets.indexOf('delimiter');
  const [first, ...capabilities] = texts(packets.slice(0, before < 0 ? end : before));
  const [, name] = /^command=([a-z-]{1,40})$/.exec(first ?? '') ?? [];
  if (name === undefined) throw new GitProtocolError('the request names no command');
  if (capabilities.some((each) => each.startsWith('object-format=') && !each.endsWith('=sha1'))) {
    throw new GitProtocolError('the repositories of this cache are of object format sha1');
  }
  const args = before < 0 ? [] : texts(packets.slice(before + 1, end));
  return { name, capabilities, args };
}

function packetsOf(body: Uint8Array): readonly Packet[] {
  try {
    return readPackets(body);
  } catch (cause) {
    if (cause instanceof SyntaxError) throw new GitProtocolError(cause.message, { cause });
    throw cause;
  }
}

function texts(packets: readonly Packet[]): readonly string[] {
  return packets.map((packet) => {
    if (typeof packet === 'string') throw new GitProtocolError('the request has a stray delimiter');
    return packetText(packet);
  });
}

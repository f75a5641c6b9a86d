import { networkInterfaces } from 'node:os';
import type { FlightPeers } from '@modelkeep/core';
import type { RecordStore } from '../store/record-store.ts';
import { createPeerClient } from './ask-peer.ts';
import type { PeerCheck } from './flight-route.ts';
import { createPeerSecret } from './peer-secret.ts';

export interface PeersOptions {
  /** Where the store's servers share a secret: the metadata store of the cache. */
  readonly records: Pick<RecordStore, 'getRecord' | 'putRecord'>;
  /** Where other servers of the store reach this one: `http://10.0.0.5:8080`. Default: derived from where it listens. */
  readonly address?: string;
}

/** How the servers of one store read each other's downloads: given to the cache and to the server. */
export interface ServerPeers extends FlightPeers {
  /** Told by the server once it listens at `url`, which is open to `host`. */
  listensAt(host: string, url: string): void;
  readonly isPeer: PeerCheck;
  /** Names under which other servers ask. */
  readonly hosts: readonly string[];
}

export function createPeers({ records, address }: PeersOptions): ServerPeers {
  const secret = createPeerSecret(records);
  const client = createPeerClient();
  let own: string | undefined;
  return {
    get address() {
      return own;
    },
    listensAt(host, url) {
      own = address ?? reachable(host, url);
    },
    hosts: address === undefined ? [] : [new URL(address).hostname],
    isPeer: async (proof, id) => own !== undefined && (await secret.accepts(proof, own, id)),
    open: async (peer, id, options) =>
      client.open(peer, id, await secret.proofOf(peer, id), options),
    whoAnswers: async (peer, id, options) =>
      client.whoAnswers(peer, id, await secret.proofOf(peer, id), options),
  };
}

/** Where a server that listens at all addresses is reached from elsewhere: its name may mean nothing there. */
function reachable(host: string, url: string): string {
  if (host !== '0.0.0.0' && host !== '::') return url;
  const outward = Object.values(networkInterfaces())
    .flat()
    .find((found) => found !== undefined && !found.internal && found.family === 'IPv4');
  if (outward === undefined) return url;
  const { port } = new URL(url);
  return `http://${outward.address}:${port}`;
}

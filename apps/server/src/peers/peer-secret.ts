import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { RecordStore } from '../store/record-store.ts';

const COLLECTION = 'peers';
const ID = 'secret';

/** What only the servers of one store know: it never leaves them, only proofs that are made with it. */
export interface PeerSecret {
  /** Proves that whoever asks the server at `address` for the flight `id` is another server of the store. */
  proofOf(address: string, id: string): Promise<string>;
  accepts(proof: string, address: string, id: string): Promise<boolean>;
}

/** Keeps the secret among the store's records; the first server that needs it makes it. */
export function createPeerSecret(
  records: Pick<RecordStore, 'getRecord' | 'putRecord'>,
): PeerSecret {
  let known: Promise<string> | undefined;
  const find = async (): Promise<string> => {
    const offered = randomBytes(32).toString('base64url');
    const isOurs = await records.putRecord(COLLECTION, ID, offered, { ifAbsent: true });
    return isOurs ? offered : String((await records.getRecord(COLLECTION, ID))?.value);
  };
  const macOf = async (address: string, id: string): Promise<Buffer> => {
    known ??= find();
    // A store that does not answer now may do so at the next request.
    const secret = await known.catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return createHmac('sha256', secret).update(`${address}\n${id}`).digest();
  };
  return {
    proofOf: async (address, id) => (await macOf(address, id)).toString('base64url'),
    async accepts(proof, address, id) {
      const [given, expected] = [Buffer.from(proof, 'base64url'), await macOf(address, id)];
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}

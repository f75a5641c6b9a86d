import type { TlsPair } from '@modelkeep/test-servers';
import { generate } from 'selfsigned';

/** Who trusts `cert` trusts a server of this machine that has both. */
export async function makeTlsPair(): Promise<TlsPair> {
  const pair = await generate([{ name: 'commonName', value: 'Test CA' }], {
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  });
  return { cert: pair.cert, key: pair.private };
}

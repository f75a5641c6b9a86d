import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

/**
 * Keeps the port of an address that nobody listens at for now: who connects to it is refused, but no other program is
 * given it meanwhile. Whoever asks for this very port may listen at it again.
 */
export async function holdPort(url: string): Promise<AsyncDisposable> {
  const anchor = createServer((socket) => socket.on('error', () => socket.destroy()).resume());
  await once(anchor.listen(0, '127.0.0.1'), 'listening');
  const { port } = anchor.address() as AddressInfo;
  const held = { localAddress: '127.0.0.1', localPort: Number(new URL(url).port) };
  const socket = connect({ host: '127.0.0.1', port, ...held });
  await once(socket, 'connect');
  return {
    async [Symbol.asyncDispose]() {
      socket.destroy();
      anchor.close();
      await once(anchor, 'close');
    },
  };
}

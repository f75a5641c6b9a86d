import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { onTestFinished } from 'vitest';

/** A certificate for 127.0.0.1 of an authority that nobody knows. */
export function privateCertificate(folder: string): {
  readonly key: string;
  readonly cert: string;
} {
  const [key, cert] = [`${folder}/key.pem`, `${folder}/cert.pem`];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const names = ['-subj', '/CN=private', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const files = ['-days', '2', '-keyout', key, '-out', cert];
  execFileSync('openssl', ['req', ...kind, ...names, ...files], { stdio: 'ignore' });
  return { key, cert };
}

/** Something before a server of which the port is only known later on. */
export interface Front {
  readonly url: string;
  /** Where connections go. */
  target: number;
  /** `host:port` of each tunnel that was asked for. */
  readonly tunnels: readonly string[];
}

/** Ends TLS before a server that speaks none. */
export async function tlsFront({
  key,
  cert,
}: ReturnType<typeof privateCertificate>): Promise<Front> {
  const files = { key: readFileSync(key), cert: readFileSync(cert) };
  const front = { url: '', target: 0, tunnels: [] };
  const server = createTlsServer(files, (socket) =>
    join(socket, connect(front.target, '127.0.0.1')),
  );
  front.url = `https://127.0.0.1:${await started(server)}`;
  return front;
}

/** A proxy that tunnels whatever it is asked for. */
export async function tunnelProxy(): Promise<Front> {
  const tunnels: string[] = [];
  const server = createServer((_request, response) => response.writeHead(501).end());
  server.on('connect', (request, client: Socket) => {
    const [host = '', port = ''] = String(request.url).split(':');
    tunnels.push(`${host}:${port}`);
    const upstream = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connected\r\n\r\n');
    });
    join(client, upstream);
  });
  return { url: `http://127.0.0.1:${await started(server)}`, target: 0, tunnels };
}

function join(one: Socket, other: Socket): void {
  for (const socket of [one, other]) {
    socket.on('error', () => {
      one.destroy();
      other.destroy();
    });
  }
  one.pipe(other).pipe(one);
}

async function started(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return (server.address() as AddressInfo).port;
}

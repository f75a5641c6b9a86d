import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FakeHub } from '../fake-hub.ts';
import type { Fault } from '../faults/fault.ts';
import { readBody } from '../http/hub-request.ts';
import { redactRequest } from '../observing/request-log.ts';
import type { CommitInput } from '../repositories/model-input.ts';
import { Origin } from '../sending/origin.ts';

type Action = (hub: FakeHub, body: unknown) => unknown;

/** What another process may ask, by method and path. */
const ACTIONS: Readonly<Record<string, Action>> = {
  'GET /stats': (hub) => ({
    bodyBytes: hub.bodyBytes(),
    bytesByFile: hub.bytesByFile(),
    requests: hub.requests.length,
    connections: { hub: hub.connections, cdn: hub.cdn.connections },
    authorizationSeenOnCdn: hub.cdn.authorizationSeen,
  }),
  'GET /requests': (hub) => hub.requests.map(redactRequest),
  'POST /reset': (hub) => hub.resetCounters(),
  'POST /faults': (hub, body) => {
    for (const fault of [body as Fault | Fault[]].flat()) hub.faults.add(fault);
  },
  'DELETE /faults': (hub) => hub.faults.clear(),
  'POST /expire-urls': (hub) => hub.cdn.expireIssuedUrls(),
  'POST /commit': async (hub, body) => {
    const { id, ...commit } = body as CommitInput & { id: string };
    return { commit: await hub.commit(id, commit) };
  },
  'POST /stop': (hub) => hub.stop(),
  'POST /restart': (hub) => hub.restart(),
};

/**
 * Opens a third address through which other processes read the counters of a fake Hub and switch its faults:
 * `GET /stats`, `GET /requests`, `POST /reset`, `POST /faults`, `DELETE /faults`, `POST /expire-urls`,
 * `POST /commit`, `POST /stop`, `POST /restart`; bodies and answers are JSON.
 */
export async function startControl(
  hub: FakeHub,
  host: string,
  port: number,
): Promise<{ readonly url: string } & AsyncDisposable> {
  const origin = new Origin(host, port, (message, response) => {
    act(hub, message)
      .then(({ status, value }) => write(response, status, value))
      .catch(() => response.destroy());
  });
  await origin.start();
  return { url: origin.url, [Symbol.asyncDispose]: () => origin.stop() };
}

async function act(
  hub: FakeHub,
  message: IncomingMessage,
): Promise<{ status: number; value: unknown }> {
  const action = ACTIONS[`${message.method} ${message.url}`];
  if (action === undefined) return { status: 404, value: { error: 'no such action' } };
  try {
    const body = (await readBody(message)).toString('utf8');
    const value = await action(hub, body === '' ? undefined : JSON.parse(body));
    return { status: 200, value: value ?? {} };
  } catch (error) {
    return { status: 400, value: { error: error instanceof Error ? error.message : 'failed' } };
  }
}

function write(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(value));
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { generate } from 'selfsigned';
import { expect, test } from 'vitest';
import { testClient, textOf } from '../test/clients.ts';
import { loopback } from '../test/loopback.ts';
import { hostileLocation, seeded } from '../test/redirect-chain.ts';

const TOKEN = 'hf_CanaryCanaryCanaryCanaryCanaryCanary42';
const SIGNATURE = 'SignedCanary77';
const CHAINS = 10_000;
const LANES = 16;

interface Asked {
  readonly at: string;
  readonly secret: boolean;
}

test('random chains of redirects never carry a secret away, nor reach a host off the list', async () => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
  process.stdout.write(`redirect chains: SEED=${seed}\n`);
  const random = seeded(seed);
  const pair = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [2, 3, 4, 10].map((last) => ({ type: 7, ip: `127.0.0.${last}` })),
      },
    ],
  });
  const tls = { key: pair.private, cert: pair.cert };
  const locations = new Map<string, string>();
  const asked = new Map<string, Asked[]>();
  const answer =
    (at: () => string) =>
    (request: IncomingMessage, response: ServerResponse): void => {
      const [, chain = '?', step = '0'] = /\/c\/(\d+)\/(\d+)/.exec(request.url ?? '') ?? [];
      const secret = JSON.stringify(request.rawHeaders).includes('Canary');
      asked.set(chain, [...(asked.get(chain) ?? []), { at: at(), secret }]);
      const location = locations.get(`${chain}/${step}`);
      if (location === undefined) response.end('end');
      else response.writeHead([301, 302, 303, 307, 308][random(5)] ?? 302, { location }).end();
    };
  const serve = async (address: string, secure: boolean): Promise<string> => {
    let origin = '';
    const server = await loopback(
      answer(() => origin),
      { address, ...(secure ? { tls } : {}) },
    );
    origin = server.origin;
    return origin;
  };
  const homes = [await serve('127.0.0.2', false), await serve('127.0.0.2', true)];
  const listed = [await serve('127.0.0.3', false), await serve('127.0.0.4', true)];
  const unlisted = [await serve('127.0.0.10', false), await serve('127.0.0.10', true)];
  const clients = homes.map((origin) =>
    testClient({
      origin,
      accessToken: TOKEN,
      headers: { 'x-connection': `${SIGNATURE}` },
      ca: tls.cert,
      allowedRedirectHosts: [...listed, ...homes].map((url) => new URL(url).host),
    }),
  );

  let ended = 0;
  let refused = 0;
  const leaks: string[] = [];
  const run = async (chain: number): Promise<void> => {
    const which = random(2);
    const [home = '', client] = [homes[which], clients[which]];
    const length = random(8);
    for (let step = 0; step < length; step++) {
      const path = `/c/${chain}/${step + 1}?sig=${SIGNATURE}`;
      locations.set(`${chain}/${step}`, hostileLocation(random, { home, listed, unlisted }, path));
    }
    try {
      const got = await client?.request(`${home}/c/${chain}/0`);
      if (got) await textOf(got.body);
      ended++;
    } catch (error) {
      refused++;
      if (inspect(error, { depth: 9, showHidden: true }).includes('Canary'))
        leaks.push(`error of chain ${chain}`);
    }
    const steps = asked.get(String(chain)) ?? [];
    if (steps.length > 6) leaks.push(`chain ${chain} made ${steps.length} requests`);
    let atHome = true;
    for (const { at, secret } of steps) {
      atHome &&= at === home;
      if (secret && !atHome) leaks.push(`chain ${chain} carried a secret to ${at}`);
      if (unlisted.includes(at)) leaks.push(`chain ${chain} reached ${at}`);
    }
    for (let step = 0; step < length; step++) locations.delete(`${chain}/${step}`);
    asked.delete(String(chain));
  };
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < CHAINS) await run(next++);
  };
  await Promise.all(Array.from({ length: LANES }, lane));

  expect(leaks).toEqual([]);
  expect(ended).toBeGreaterThan(CHAINS / 20);
  expect(refused).toBeGreaterThan(CHAINS / 20);
}, 600_000);

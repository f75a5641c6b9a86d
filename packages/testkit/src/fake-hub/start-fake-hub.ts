import type { IncomingMessage, ServerResponse } from 'node:http';
import { Tokens } from './access/tokens.ts';
import { CdnSigner } from './cdn/cdn-signer.ts';
import { exchange } from './exchange.ts';
import type { ExchangeContext } from './exchange-context.ts';
import type { FakeCdn, FakeHub, FakeHubOptions } from './fake-hub.ts';
import { FaultRegistry } from './faults/fault-registry.ts';
import { ByteCounters } from './observing/counters.ts';
import { RequestLog } from './observing/request-log.ts';
import { HubRepositories } from './repositories/hub-repositories.ts';
import { readFolder } from './repositories/read-folder.ts';
import { Origin } from './sending/origin.ts';

const HOUR = 3_600_000;

/** Starts a Hub and its CDN on this machine. Errors: those of listening, for a port that is taken. */
export async function startFakeHub(options: FakeHubOptions = {}): Promise<FakeHub> {
  const { host = '127.0.0.1', prefix = '' } = options;
  const repositories = new HubRepositories(options.xet ?? false);
  const signer = new CdnSigner(options.urlLifetimeMs ?? HOUR);
  const context: ExchangeContext = {
    services: { repositories, signer, gzipText: options.gzipText ?? true },
    tokens: new Tokens(),
    faults: new FaultRegistry(),
    bytes: new ByteCounters(),
    log: new RequestLog(options.requestLimit ?? 50_000),
    prefix,
    bytesPerSecond: options.bytesPerSecond,
    latencyMs: options.latencyMs ?? 0,
  };
  let authorizationSeen = false;
  const serve =
    (name: 'hub' | 'cdn') =>
    (message: IncomingMessage, response: ServerResponse): void => {
      if (name === 'cdn' && message.headers.authorization !== undefined) authorizationSeen = true;
      exchange(name, message, response, context).catch(() => message.socket.destroy());
    };
  const hub = new Origin(host, options.port ?? 0, serve('hub'));
  const cdn = new Origin(host, options.cdnPort ?? 0, serve('cdn'));
  const restart = async (): Promise<void> => {
    await Promise.all([hub.start(), cdn.start()]);
  };
  const stop = async (): Promise<void> => {
    await Promise.all([hub.stop(), cdn.stop()]);
  };
  await restart();
  signer.base = cdn.url;

  const fakeCdn: FakeCdn = {
    url: cdn.url,
    get authorizationSeen() {
      return authorizationSeen;
    },
    get issuedUrls() {
      return signer.issued;
    },
    get connections() {
      return cdn.connections;
    },
    expireIssuedUrls: () => signer.expireIssued(),
    setUrlLifetime: (ms) => signer.setLifetime(ms),
    stop: () => cdn.stop(),
    restart: () => cdn.start(),
  };
  return {
    url: `${hub.url}${prefix}`,
    cdn: fakeCdn,
    faults: context.faults,
    get connections() {
      return hub.connections;
    },
    get requests() {
      return context.log.records();
    },
    addModel: async (input) => (await repositories.addModel(input)).id,
    addModelFromFolder: async (id, folder, facts) => {
      const files = await readFolder(folder);
      return (await repositories.addModel({ ...facts, id, files })).id;
    },
    commit: async (id, input) => (await repositories.commit(id, input)).id,
    tag: (id, name, revision) => repositories.tag(id, name, revision),
    rename: (from, to) => repositories.rename(from, to),
    removeModel: (id) => repositories.remove(id),
    setAccess: (id, change) => {
      const repository = repositories.get(id);
      repository.facts = { ...repository.facts, ...change };
    },
    addToken: (token, input) => context.tokens.add(token, input),
    removeToken: (token) => context.tokens.remove(token),
    bodyBytes: (glob) => context.bytes.total(glob),
    bytesByFile: () => context.bytes.byFile(),
    resetCounters: () => {
      context.bytes.reset();
      context.log.reset();
      hub.resetCounts();
      cdn.resetCounts();
      authorizationSeen = false;
    },
    stop,
    restart,
    [Symbol.asyncDispose]: stop,
  };
}

import { describeModelSource, knownFiles, type SourceSubject } from '@modelkeep/testkit';
import { type FakeHubOptions, startFakeHub } from '@modelkeep/testkit/fake-hub';
import { TOKEN, withoutSettings } from '../test/hub.ts';
import { hubSource } from './hub-source.ts';

const REFUSED = 403;

async function subject(options: FakeHubOptions, accessToken: string): Promise<SourceSubject> {
  withoutSettings();
  const hub = await startFakeHub(options);
  if (accessToken !== '') hub.addToken(accessToken, { grants: '*' });
  const files = knownFiles();
  const lfs = new Set(files.filter((file) => file.lfs).map(({ path }) => path));
  const commit = await hub.addModel({
    id: 'Old/Name',
    files: Object.fromEntries(files.map(({ path, content }) => [path, content])),
    lfs: (path) => lfs.has(path),
  });
  hub.rename('Old/Name', 'Org/Name');
  const refuse = (code: string): void => {
    hub.faults.add({
      kind: 'status',
      status: REFUSED,
      headers: code === '' ? {} : { 'X-Error-Code': code },
    });
  };
  return {
    source: hubSource({ endpoint: hub.url, accessToken, stallTimeoutMs: 2000 }),
    model: { modelId: 'Org/Name', revision: 'main', commit, files, alias: 'Old/Name' },
    destroy: async () => hub[Symbol.asyncDispose](),
    faults: {
      down: () => hub.stop(),
      serverError: () => void hub.faults.add({ kind: 'status', status: 503 }),
      rateLimit: (ms) => void hub.faults.add({ kind: 'rate-limit', retryAfter: ms / 1000 }),
      gate: () => refuse('GatedRepo'),
      deny: () => refuse(''),
      cutBodies: (afterBytes) => void hub.faults.add({ kind: 'cut', afterBytes }),
      stallBodies: (afterBytes) => void hub.faults.add({ kind: 'stall', afterBytes }),
    },
    openBodies: () => hub.requests.filter(({ isOver }) => !isOver).length,
    ...(accessToken === '' ? {} : { secret: accessToken }),
  };
}

describeModelSource('the Hub', { create: () => subject({}, TOKEN) });
describeModelSource('a Hub with a path prefix and Xet, anonymously', {
  create: () => subject({ prefix: '/deep/hub', xet: true }, ''),
});

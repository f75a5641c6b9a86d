import { launchFakeHub } from '@modelkeep/testkit/fake-hub';
import { median } from '../../statistics.ts';
import { drain } from '../drain.ts';
import { timeBody } from '../first-byte.ts';
import type { Figures, ServerRow } from '../promise.ts';
import { FILE, FILE_BYTES, ONE_FILE } from '../rows/models.ts';
import { addressInBucket, rcloneSeconds, startSharedBench } from './shared-store.ts';

const TIMES = 20;
/** Of each in turn: on two cores one of 0.4 s says little by itself. */
const READS = 5;
const gigabytesPerSecond = (seconds: number): number => FILE_BYTES / seconds / 1e9;

/** A file that is in the bucket and not on the server's disk. */
export const sharedReads: ServerRow = {
  id: 'shared-reads',
  open: async ({ folder, tools }) => {
    await using stack = new AsyncDisposableStack();
    const hub = stack.use(await launchFakeHub(ONE_FILE));
    const shared = stack.use(await startSharedBench());
    const node = await shared.node(folder, hub.url);
    const ours = stack.use(await node.serve());
    const cached = await shared.node(folder, hub.url, { localTier: '10 GB' });
    const keeps = stack.use(await cached.serve());
    const sender = await shared.node(folder, hub.url, { redirects: 'always' });
    const sends = stack.use(await sender.serve());
    const curl = tools.path('curl');
    await drain(curl, `${ours.url}${FILE}`);
    // Once to fetch it from the Hub, once more to copy it into the tier.
    for (const { url } of [keeps, keeps, sends]) await drain(curl, `${url}${FILE}`);
    const servers = stack.move();
    const address = async (): Promise<string> => addressInBucket(`${sends.url}${FILE}`);
    const object = await objectOf(address);
    const rcloneCat = (): Promise<number> =>
      rcloneSeconds(tools.path('rclone'), shared, ['cat', `${shared.rclone.path}/${object}`]);
    return {
      promises: [
        {
          work: 'warm read of 1 GiB in S3 through one server',
          unit: 'GB/s',
          ours: 'through us',
          theirs: 'rclone cat',
          bound: { kind: 'at least', times: 0.8 },
        },
        {
          work: 'warm read of 1 GiB in S3 through one server',
          unit: 'GB/s',
          ours: 'through us',
          theirs: 'presigned curl',
          bound: { kind: 'at least', times: 0.8 },
        },
        {
          work: 'the same from its local tier',
          unit: 'GB/s',
          ours: 'from the tier',
          theirs: 'presigned curl',
          bound: { kind: 'at least', times: 0.8 },
        },
        {
          work: 'first byte over a redirect into the bucket',
          unit: 'ms',
          ours: 'redirected',
          theirs: 'presigned',
          bound: { kind: 'at most', times: 1, plus: 20 },
        },
      ],
      round: async (): Promise<Figures> => {
        const reads: Readonly<Record<string, () => Promise<number>>> = {
          'through us': () => curlSeconds(curl, `${ours.url}${FILE}`),
          'from the tier': () => curlSeconds(curl, `${keeps.url}${FILE}`),
          'presigned curl': async () => await curlSeconds(curl, await address()),
          ...(tools.has('rclone') ? { 'rclone cat': rcloneCat } : {}),
        };
        const found = Object.keys(reads).map((name) => ({ name, seconds: [] as number[] }));
        for (let time = 0; time < READS; time += 1) {
          for (const { name, seconds } of found) {
            seconds.push((await reads[name]?.()) ?? Number.NaN);
          }
        }
        const rates = found.map(({ name, seconds }) => [name, gigabytesPerSecond(median(seconds))]);
        return {
          ...Object.fromEntries(rates),
          redirected: await firstByteMs(async () => `${sends.url}${FILE}`),
          presigned: await firstByteMs(address),
        };
      },
      [Symbol.asyncDispose]: () => servers.disposeAsync(),
    };
  },
};

/** Of the whole command, as for the others. */
async function curlSeconds(curl: string, url: string): Promise<number> {
  const startedAt = performance.now();
  await drain(curl, url);
  return (performance.now() - startedAt) / 1000;
}

async function objectOf(address: () => Promise<string>): Promise<string> {
  const [, , ...key] = new URL(await address()).pathname.split('/');
  return key.join('/');
}

/** The median of some. */
async function firstByteMs(address: () => Promise<string>): Promise<number> {
  const found: number[] = [];
  for (let time = 0; time < TIMES; time += 1) {
    found.push((await timeBody(await address(), { leave: true })).firstByteSeconds * 1000);
  }
  return found.toSorted((a, b) => a - b)[TIMES / 2] ?? Number.NaN;
}

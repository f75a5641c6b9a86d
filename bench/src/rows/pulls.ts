import { type FakeHubProcess, launchFakeHub } from '@modelkeep/testkit/fake-hub';
import type { Contender, Limit, Row, Stage } from '../row.ts';
import {
  ariaContender,
  curlContender,
  type Download,
  hfContender,
  pullContender,
} from './clients.ts';

const GIB = 1024 ** 3;
export const ONE_FILE: readonly string[] = [
  ...['--generated', 'bench/one:model.safetensors:1G'],
  ...['--generated', 'bench/one:config.json:600'],
];
const SHAPED = ['--bandwidth', '50000000', '--latency', '30'];
const EIGHT = Array.from({ length: 8 }, (_, index) => [
  '--generated',
  `bench/eight:model-0000${index + 1}-of-00008.safetensors:128M`,
]).flat();
const SMALL = ['--small-files', 'bench/small:2000:4K'];

/** A Hub of its own for one row, and the download that all contenders make. */
function pullRow(
  id: string,
  hubArguments: readonly string[],
  download: Omit<Download, 'url'>,
  peers: readonly ((stage: Stage, download: Download) => Contender)[],
  limits: readonly Omit<Limit, 'ours'>[],
): Row {
  return {
    id,
    memoryBytes: 2 * download.size,
    open: async (stage) => {
      const hub: FakeHubProcess = await launchFakeHub(hubArguments);
      const from = { ...download, url: hub.url };
      return {
        contenders: [pullContender, ...peers].map((make) => make(stage, from)),
        limits: limits.map((limit) => ({ ...limit, ours: 'modelkeep pull' })),
        [Symbol.asyncDispose]: () => hub[Symbol.asyncDispose](),
      };
    },
  };
}

const one = { model: 'bench/one', file: 'model.safetensors', size: GIB };
const shaped = 'pull 1 GiB, 50 MB/s per connection, 30 ms';

export const pulls: readonly Row[] = [
  pullRow(
    'pull-shaped',
    [...ONE_FILE, ...SHAPED],
    one,
    [hfContender, ariaContender],
    [
      { work: shaped, theirs: 'hf download', limit: 0.16 },
      { work: shaped, theirs: 'aria2c -x16', limit: 1.05 },
    ],
  ),
  pullRow(
    'pull-unlimited',
    ONE_FILE,
    one,
    [hfContender, curlContender],
    [
      { work: 'pull 1 GiB, unlimited', theirs: 'hf download', limit: 0.5 },
      { work: 'pull 1 GiB, unlimited', theirs: 'curl -o', limit: 1.2 },
    ],
  ),
  pullRow(
    'pull-eight',
    EIGHT,
    { model: 'bench/eight', size: GIB },
    [hfContender],
    [{ work: 'pull 8 x 128 MiB, unlimited', theirs: 'hf download', limit: 0.6 }],
  ),
  pullRow(
    'pull-small',
    SMALL,
    { model: 'bench/small', size: 2000 * 4096 },
    [hfContender],
    [{ work: 'pull 2,000 small files', theirs: 'hf download', limit: 0.2 }],
  ),
];

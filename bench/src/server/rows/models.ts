import { ONE_FILE as ONE_GIB } from '../../rows/pulls.ts';

/** A Hub with one model of 1 GiB, and a small one that a server gets warm with. */
export const ONE_FILE: readonly string[] = [
  ...ONE_GIB,
  ...['--generated', 'bench/warm:model.safetensors:8M'],
  ...['--generated', 'bench/warm:config.json:600'],
];
/** Path of its large file. */
export const FILE = '/bench/one/resolve/main/model.safetensors';
export const FILE_BYTES: number = 1024 ** 3;
/** 50 MB/s on each connection, 30 ms before each answer. */
export const SHAPED: readonly string[] = ['--bandwidth', '50000000', '--latency', '30'];

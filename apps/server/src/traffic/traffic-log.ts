import { asFields, asNumber } from '../store/read-json.ts';
import type { RecordStore } from '../store/record-store.ts';

export const TRAFFIC = 'traffic';
export const HOUR_MS: number = 3_600_000;
const HOUR_DIGITS = 8;
const FLUSH_MS = 60_000;
/** Hours that are kept. */
const KEPT_HOURS = 90 * 24;

/** What clients were given, and what had to be fetched for it. */
export interface TrafficFigures {
  /** Files that were asked for from their beginning. */
  readonly downloads: number;
  /** Of those, by where the answer came from. */
  readonly hits: number;
  readonly misses: number;
  readonly stale: number;
  readonly servedBytes: number;
  readonly fetchedBytes: number;
  /** Bytes served that no source had to send. */
  readonly savedBytes: number;
}

export interface TrafficHour extends TrafficFigures {
  /** Beginning of the hour, ms since the epoch. */
  readonly time: number;
}

/** One answer with bytes of a model's file. */
export interface TrafficAnswer {
  readonly isDownload: boolean;
  /** `hit`, `miss` or `stale`. */
  readonly cache: string;
  readonly bytes: number;
}

/**
 * Figures by the hour, kept beside the models: each server writes its own, once a minute at most, and all of them are
 * added up when they are read.
 */
export interface TrafficLog {
  note(answer: TrafficAnswer): void;
  /** Hours from `from` to `to` (ms since the epoch) in which anything happened. */
  read(from: number, to: number): Promise<readonly TrafficHour[]>;
  flush(): Promise<void>;
  /** Forgets hours that are too long ago. */
  purge(): Promise<void>;
}

export interface TrafficLogOptions {
  readonly records: RecordStore;
  /** Names this server among all that share the store. */
  readonly server: string;
  /** Bytes that came from sources since the start. */
  readonly receivedBytes: () => number;
  readonly onError: (error: unknown) => void;
  readonly now?: () => number;
}

type Figures = { -readonly [Name in keyof TrafficFigures]: number };

const NAMES = [
  'downloads',
  'hits',
  'misses',
  'stale',
  'servedBytes',
  'fetchedBytes',
  'savedBytes',
] as const satisfies readonly (keyof TrafficFigures)[];

const BY_CACHE: Readonly<Record<string, 'hits' | 'misses' | 'stale'>> = {
  hit: 'hits',
  miss: 'misses',
  stale: 'stale',
};

export function noTraffic(): Figures {
  return {
    downloads: 0,
    hits: 0,
    misses: 0,
    stale: 0,
    servedBytes: 0,
    fetchedBytes: 0,
    savedBytes: 0,
  };
}

export function addTraffic(sum: Figures, more: TrafficFigures): void {
  for (const name of NAMES) sum[name] += more[name];
}

export function createTrafficLog(options: TrafficLogOptions): TrafficLog {
  const { records, server, receivedBytes, onError, now = Date.now } = options;
  const hourNow = (): number => Math.floor(now() / HOUR_MS);
  let hour = hourNow();
  let figures = noTraffic();
  let received = receivedBytes();
  let isChanged = false;
  let timer: NodeJS.Timeout | undefined;

  const idOf = (which: number): string => `${hourId(which)} ${server}`;
  const write = async (which: number, value: TrafficFigures): Promise<void> => {
    await records.putRecord(TRAFFIC, idOf(which), { ...value });
  };
  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    takeReceived();
    if (!isChanged) return;
    isChanged = false;
    await write(hour, figures);
  };
  /** Begins a new hour; the old one is written as it ended. */
  const turn = (): void => {
    const current = hourNow();
    if (current === hour) return;
    if (isChanged) write(hour, figures).catch(onError);
    hour = current;
    figures = noTraffic();
    isChanged = false;
  };
  const takeReceived = (): void => {
    turn();
    const total = receivedBytes();
    if (total === received) return;
    figures.fetchedBytes += total - received;
    received = total;
    isChanged = true;
  };
  return {
    note({ isDownload, cache, bytes }) {
      turn();
      if (isDownload) {
        figures.downloads++;
        const name = BY_CACHE[cache];
        if (name !== undefined) figures[name]++;
      }
      figures.servedBytes += bytes;
      if (cache !== 'miss') figures.savedBytes += bytes;
      isChanged = true;
      timer ??= setTimeout(() => void flush().catch(onError), FLUSH_MS).unref();
    },
    async read(from, to) {
      await flush();
      const hours = new Map<number, Figures>();
      const first = Math.floor(from / HOUR_MS);
      const after = hourId(first);
      for await (const { id, value } of records.listRecords(TRAFFIC, { after })) {
        const which = Number(id.slice(0, HOUR_DIGITS));
        if (which * HOUR_MS > to) break;
        const sum = hours.get(which) ?? noTraffic();
        addTraffic(sum, readFigures(asFields(value)));
        hours.set(which, sum);
      }
      return [...hours].map(([which, sum]) => ({ time: which * HOUR_MS, ...sum }));
    },
    flush,
    async purge() {
      const oldest = hourNow() - KEPT_HOURS;
      for await (const { id } of records.listRecords(TRAFFIC)) {
        if (Number(id.slice(0, HOUR_DIGITS)) >= oldest) return;
        await records.removeRecord(TRAFFIC, id);
      }
    },
  };
}

/** Sorts as the hours do. */
function hourId(hour: number): string {
  return String(hour).padStart(HOUR_DIGITS, '0');
}

function readFigures(fields: ReturnType<typeof asFields>): TrafficFigures {
  const figures = noTraffic();
  for (const name of NAMES) figures[name] = asNumber(fields[name]) ?? 0;
  return figures;
}

import type { CacheEvent, CacheEventListener } from '@modelkeep/core';
import type { CommandContext } from '../context.ts';
import { createMeter } from './meter.ts';
import { formatBytes, formatCount, formatDuration } from './units.ts';

export type ProgressEvent = Extract<CacheEvent, { type: 'progress' }>;

/** Shows how far one long call is. */
export interface ProgressView {
  show(event: ProgressEvent, summary: readonly string[]): void;
  /** Writes a line without disturbing what is drawn; absent where nothing is drawn. */
  log?(text: string): void;
  stop(): void;
}

/** Runs `work`, showing its progress under `label` until it ends. */
export async function withProgress<T>(
  context: CommandContext,
  label: string,
  work: (onEvent: CacheEventListener) => Promise<T>,
): Promise<T> {
  const view = await createView(context, label);
  const meter = createMeter();
  if (view?.log !== undefined) context.divert(view.log);
  const onEvent: CacheEventListener = (event) => {
    if (event.type === 'warning') context.warn(event.message);
    if (event.type === 'retry' && event.attempt > 1) {
      context.note(
        `${event.path}: try ${event.attempt} in ${formatDuration(event.delayMs)}: ${event.reason}`,
      );
    }
    if (event.type !== 'progress') return;
    meter.add(event.doneBytes, performance.now());
    view?.show(event, summarize(event, meter.bytesPerSecond()));
  };
  try {
    return await work(onEvent);
  } finally {
    context.divert(undefined);
    view?.stop();
  }
}

async function createView(
  context: CommandContext,
  label: string,
): Promise<ProgressView | undefined> {
  if (context.quiet) return undefined;
  if (context.host.stderr.isTTY === true) {
    const { createBars } = await import('./progress-bars.ts');
    return createBars(context.host.stderr, label);
  }
  if (context.json) return undefined;
  const { createLines } = await import('./progress-lines.ts');
  return createLines((line) => context.note(line), label);
}

/** `1.2 GB of 2.4 GB`, `120 MB/s`, `12 s left`, `3 of 14 files` */
export function summarize(event: ProgressEvent, speed: number | undefined): string[] {
  const { doneBytes, totalBytes, doneFiles, totalFiles } = event;
  const parts = [
    totalBytes === undefined
      ? formatBytes(doneBytes)
      : `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`,
  ];
  if (speed !== undefined) {
    parts.push(`${formatBytes(speed)}/s`);
    if (totalBytes !== undefined && speed > 0 && doneBytes < totalBytes) {
      parts.push(`${formatDuration(((totalBytes - doneBytes) * 1000) / speed)} left`);
    }
  }
  parts.push(
    totalFiles === undefined
      ? formatCount(doneFiles, 'file')
      : `${doneFiles} of ${formatCount(totalFiles, 'file')}`,
  );
  return parts;
}

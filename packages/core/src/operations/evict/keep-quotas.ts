import type { CoreContext } from '../../context.ts';
import { evictModels } from './evict-models.ts';

/** What is stored file by file is not measured anew after each. */
const INTERVAL_MS = 2000;

/** Called whenever something was stored: brings what passes a quota back to it, in the background. */
export function createQuotaKeeper(ctx: CoreContext): () => void {
  let isRunning = false;
  let endedAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  async function keepQuotas(): Promise<void> {
    const { connections, quotaBytes, metadata } = ctx;
    const quotas = [
      { quotaBytes, scope: {} },
      ...connections.map((one) => ({
        quotaBytes: one.quotaBytes,
        scope: { connection: one.name },
      })),
    ];
    for (const { quotaBytes: toBytes, scope } of quotas) {
      if (toBytes === undefined || (await metadata.storedBytes(scope)) <= toBytes) continue;
      await evictModels(ctx, { ...scope, toBytes });
    }
  }

  function check(): void {
    isRunning = true;
    const work = keepQuotas().finally(() => {
      isRunning = false;
      endedAt = performance.now();
    });
    ctx.background(work);
  }

  /** One run at a time: what was stored while one runs is looked at after it. */
  function arm(): void {
    timer = undefined;
    const wait = isRunning ? INTERVAL_MS : endedAt + INTERVAL_MS - performance.now();
    if (wait <= 0) check();
    else timer = setTimeout(arm, wait).unref();
  }

  return () => {
    if (timer === undefined) arm();
  };
}

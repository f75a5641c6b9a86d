import type { Tokens } from './access/tokens.ts';
import type { FaultRegistry } from './faults/fault-registry.ts';
import type { ByteCounters } from './observing/counters.ts';
import type { RequestLog } from './observing/request-log.ts';
import type { HubServices } from './routes/route.ts';

/** What both origins share. */
export interface ExchangeContext {
  readonly services: HubServices;
  readonly tokens: Tokens;
  readonly faults: FaultRegistry;
  readonly bytes: ByteCounters;
  readonly log: RequestLog;
  readonly prefix: string;
  readonly bytesPerSecond: number | undefined;
  readonly latencyMs: number;
}

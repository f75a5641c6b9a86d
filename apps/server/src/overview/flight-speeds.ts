import type { RunningFlight } from '@modelkeep/core';
import { SpeedMeter } from '../jobs/speed-meter.ts';

/** A content being fetched, and how fast. */
export interface FetchingFile extends RunningFlight {
  readonly bytesPerSecond: number;
}

/** Tells the speed of flights by what was seen of them before. */
export function createFlightSpeeds(now: () => number = Date.now): {
  measure(flights: readonly RunningFlight[]): FetchingFile[];
} {
  let meters = new Map<string, SpeedMeter>();
  return {
    measure(flights) {
      const before = meters;
      meters = new Map();
      return flights.map((flight) => {
        const { modelId, path, startedAt, doneBytes, receivedBytes } = flight;
        const key = `${startedAt} ${modelId} ${path}`;
        const meter = before.get(key) ?? new SpeedMeter(now);
        meters.set(key, meter);
        meter.note(doneBytes);
        const average = (receivedBytes * 1000) / Math.max(1, now() - startedAt);
        return { ...flight, bytesPerSecond: Math.round(meter.bytesPerSecond ?? average) };
      });
    },
  };
}

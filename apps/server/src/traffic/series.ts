import {
  addTraffic,
  HOUR_MS,
  noTraffic,
  type TrafficFigures,
  type TrafficHour,
} from './traffic-log.ts';

export type Step = 'hour' | 'day' | 'week';

export const STEPS: Readonly<Record<Step, number>> = {
  hour: HOUR_MS,
  day: 24 * HOUR_MS,
  week: 7 * 24 * HOUR_MS,
};

/** Figures of one step, which begins at `time`. */
export interface TrafficPoint extends TrafficFigures {
  readonly time: number;
}

const MOST_HOURS = 72;
const MOST_DAYS = 92;

/** The step in which so much time reads best. */
export function stepFor(lengthMs: number): Step {
  if (lengthMs <= MOST_HOURS * STEPS.hour) return 'hour';
  return lengthMs <= MOST_DAYS * STEPS.day ? 'day' : 'week';
}

/** When the step of `time` begins: days at midnight in UTC, weeks on Monday. */
export function startOfStep(time: number, step: Step): number {
  // The epoch began on a Thursday.
  const shift = step === 'week' ? 3 * STEPS.day : 0;
  return Math.floor((time + shift) / STEPS[step]) * STEPS[step] - shift;
}

/** Every step from `from` to `to`, also those in which nothing happened. */
export function seriesOf(
  hours: readonly TrafficHour[],
  { from, to, step }: { readonly from: number; readonly to: number; readonly step: Step },
): { readonly points: readonly TrafficPoint[]; readonly totals: TrafficFigures } {
  const points = new Map<number, ReturnType<typeof noTraffic>>();
  for (let time = startOfStep(from, step); time <= to; time += STEPS[step]) {
    points.set(time, noTraffic());
  }
  const totals = noTraffic();
  for (const hour of hours) {
    const point = points.get(startOfStep(hour.time, step));
    if (point === undefined) continue;
    addTraffic(point, hour);
    addTraffic(totals, hour);
  }
  return { points: [...points].map(([time, figures]) => ({ time, ...figures })), totals };
}

import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { client } from '../../api/client.ts';
import type { Stats } from '../../api/types.ts';
import { formatBytes } from '../../format/bytes.ts';
import { formatNumber, formatPercent } from '../../format/count.ts';
import { Panel } from '../../ui/page.tsx';
import { Select } from '../../ui/select.tsx';
import { ErrorState, Skeleton } from '../../ui/states.tsx';
import { BarChart } from './bar-chart.tsx';

const DAY_MS = 86_400_000;
const SPANS = [
  { id: '1', name: 'Last day', step: 'hour' },
  { id: '7', name: 'Last 7 days', step: 'day' },
  { id: '30', name: 'Last 30 days', step: 'day' },
  { id: '90', name: 'Last 90 days', step: 'week' },
] as const;

/** What clients took, and what came from the cache. */
export function TrafficPanel(): ReactNode {
  const [days, setDays] = useState('7');
  const span = SPANS.find(({ id }) => id === days) ?? SPANS[1];
  const { data, error, refetch } = useQuery({
    queryKey: ['get', '/stats', span.id],
    queryFn: () => readStats(Number(days), span.step),
    refetchInterval: 60_000,
  });
  return (
    <Panel
      title="Over time"
      actions={
        <div className="w-40">
          <Select label="Time" isLabelHidden options={SPANS} value={days} onChange={setDays} />
        </div>
      }
    >
      {error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton lines={5} />}
      {data != null && <Traffic stats={data} isHourly={span.step === 'hour'} />}
    </Panel>
  );
}

async function readStats(days: number, step: 'hour' | 'day' | 'week'): Promise<Stats | null> {
  const to = Date.now();
  const query = { from: to - days * DAY_MS, to, step };
  return (await client.GET('/stats', { params: { query } })).data ?? null;
}

function Traffic({
  stats,
  isHourly,
}: {
  readonly stats: Stats;
  readonly isHourly: boolean;
}): ReactNode {
  const { points, totals } = stats;
  const asked = totals.hits + totals.misses + totals.stale;
  return (
    <div className="grid gap-6 lg:grid-cols-2">
      <BarChart
        title="Requests"
        summary={`${formatNumber(totals.downloads)} downloads, ${asked === 0 ? 'nothing asked for' : `${formatPercent((totals.hits + totals.stale) / asked)} from the cache`}`}
        isHourly={isHourly}
        format={formatNumber}
        series={[
          { name: 'From the cache', colour: 'fill-chart-1', dot: 'bg-chart-1' },
          { name: 'Fetched first', colour: 'fill-chart-3', dot: 'bg-chart-3' },
          { name: 'Stale', colour: 'fill-chart-4', dot: 'bg-chart-4' },
        ]}
        points={points.map(({ time, hits, misses, stale }) => ({
          time,
          values: [hits, misses, stale],
        }))}
      />
      <BarChart
        title="Bytes"
        summary={`${formatBytes(totals.servedBytes)} served, ${formatBytes(totals.savedBytes)} of it not fetched again`}
        isHourly={isHourly}
        format={formatBytes}
        series={[
          { name: 'Saved', colour: 'fill-chart-1', dot: 'bg-chart-1' },
          { name: 'Fetched', colour: 'fill-chart-3', dot: 'bg-chart-3' },
        ]}
        points={points.map(({ time, savedBytes, fetchedBytes }) => ({
          time,
          values: [savedBytes, fetchedBytes],
        }))}
      />
    </div>
  );
}

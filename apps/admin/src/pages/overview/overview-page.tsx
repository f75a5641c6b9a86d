import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api } from '../../api/client.ts';
import type { Overview } from '../../api/types.ts';
import { formatBytes } from '../../format/bytes.ts';
import { formatCount, formatNumber, formatPercent } from '../../format/count.ts';
import { Page } from '../../ui/page.tsx';
import { ErrorState, Skeleton } from '../../ui/states.tsx';
import { DiskPanel } from './disk-panel.tsx';
import { NowPanel } from './now-panel.tsx';
import { StatTile } from './stat-tile.tsx';
import { TrafficPanel } from './traffic-panel.tsx';
import { UsagePanel } from './usage-panel.tsx';
import { Warnings } from './warnings.tsx';

const EVERY_MS = 15_000;

/** How the cache is. */
export function OverviewPage(): ReactNode {
  const { data, error, refetch } = useQuery({
    ...api.queryOptions('get', '/overview', {}),
    refetchInterval: ({ state }) => ((state.data?.fetching.length ?? 0) > 0 ? 2000 : EVERY_MS),
  });
  return (
    <Page title="Overview">
      {error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton lines={10} />}
      {data !== undefined && <Content overview={data} />}
    </Page>
  );
}

function Content({ overview }: { readonly overview: Overview }): ReactNode {
  const { store, models, warnings } = overview;
  const saved = store.logicalBytes === 0 ? 0 : store.savedBytes / store.logicalBytes;
  return (
    <>
      <Warnings warnings={warnings} />
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        <StatTile
          name="Models"
          value={formatNumber(models.count)}
          note={`${formatCount(models.pinned, 'pinned', 'pinned')}, ${formatNumber(models.partial)} partial`}
        />
        <StatTile
          name="On the disk"
          value={formatBytes(store.blobBytes)}
          note={formatCount(store.blobCount, 'blob')}
        />
        <StatTile
          name="Saved by sharing"
          value={formatBytes(store.savedBytes)}
          note={`${formatPercent(saved)} of ${formatBytes(store.logicalBytes)}`}
        />
        <StatTile name="Free" {...freeRoom(store)} />
      </div>
      <div className="grid gap-5 xl:grid-cols-2">
        <DiskPanel store={store} />
        <NowPanel overview={overview} />
      </div>
      <UsagePanel overview={overview} />
      <TrafficPanel />
    </>
  );
}

/** What the quota leaves where there is one and the volume has as much; else what the volume leaves. */
function freeRoom(store: Overview['store']): { readonly value: string; readonly note: string } {
  const { quotaBytes, freeBytes, totalBytes, blobBytes } = store;
  const left = quotaBytes === null ? null : Math.max(0, quotaBytes - blobBytes);
  if (left !== null && quotaBytes !== null && (freeBytes === null || left <= freeBytes))
    return { value: formatBytes(left), note: `of a quota of ${formatBytes(quotaBytes)}` };
  return {
    value: freeBytes === null ? '–' : formatBytes(freeBytes),
    note: totalBytes === null ? 'size not known' : `of ${formatBytes(totalBytes)}`,
  };
}
